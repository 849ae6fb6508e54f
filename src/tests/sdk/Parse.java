import com.sun.source.util.JavacTask;
import java.io.File;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** Parses the Java files of a folder; the classes they use do not have to exist. */
public class Parse {
  public static void main(String[] arguments) throws Exception {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var problems = new DiagnosticCollector<JavaFileObject>();
    try (var files = compiler.getStandardFileManager(problems, null, null)) {
      var sources = List.of(new File(arguments[0]).listFiles((folder, name) -> name.endsWith(".java")));
      var objects = files.getJavaFileObjectsFromFiles(sources);
      ((JavacTask) compiler.getTask(null, files, problems, List.of("-proc:none"), null, objects)).parse();
    }
    problems.getDiagnostics().forEach(System.err::println);
    System.exit(problems.getDiagnostics().isEmpty() ? 0 : 1);
  }
}
