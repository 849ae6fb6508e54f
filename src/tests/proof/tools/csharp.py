"""Compiles FOLDER/Program.cs of each folder into FOLDER/Program.dll, as `dotnet build` does: C# 10, implicit usings, nullable."""

import json
import os
import sys
from pathlib import Path

import dotnetcore2
from clr_loader import get_coreclr
from pythonnet import set_runtime

BIN = Path(dotnetcore2.__file__).parent / "bin"
ROSLYN = Path(os.environ["ROSLYN"])
FRAMEWORK = next((BIN / "shared/Microsoft.NETCore.App").iterdir())
# Assemblies newer than those of .NET Core 3.1.
NEWER = ["System.Text.Json", "System.Text.Encodings.Web", "System.Runtime.CompilerServices.Unsafe"]
CONFIG = {"runtimeOptions": {"tfm": "netcoreapp3.1", "framework": {"name": "Microsoft.NETCore.App", "version": FRAMEWORK.name}}}
NAME = ".NETCoreApp,Version=v3.1"


def newer(name):
    file = {"assemblyVersion": "6.0.0.0", "fileVersion": "6.0.9999.0"}
    return {"runtime": {f"lib/netcoreapp3.1/{name}.dll": file}}


DEPENDENCIES = {
    "runtimeTarget": {"name": NAME},
    "targets": {NAME: {"Program/1.0.0": {"runtime": {"Program.dll": {}}}, **{f"{name}/6.0.0": newer(name) for name in NEWER}}},
    "libraries": {
        "Program/1.0.0": {"type": "project", "serviceable": False, "sha512": ""},
        **{f"{name}/6.0.0": {"type": "package", "serviceable": False, "sha512": ""} for name in NEWER},
    },
}
IMPLICIT = ["", ".Collections.Generic", ".IO", ".Linq", ".Net.Http", ".Threading", ".Threading.Tasks"]

os.environ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1"
config = ROSLYN / "host.runtimeconfig.json"
config.write_text(json.dumps(CONFIG))
set_runtime(get_coreclr(runtime_config=config, dotnet_root=BIN))

import clr  # noqa: E402

clr.AddReference(str(ROSLYN / "Microsoft.CodeAnalysis.dll"))
clr.AddReference(str(ROSLYN / "Microsoft.CodeAnalysis.CSharp.dll"))
import Microsoft.CodeAnalysis as Roslyn  # noqa: E402
import Microsoft.CodeAnalysis.CSharp as CSharp  # noqa: E402
from System import Array  # noqa: E402
from System.Reflection import AssemblyName  # noqa: E402

references = [path for path in FRAMEWORK.glob("*.dll") if path.stem not in NEWER]
references += [ROSLYN / f"{name}.dll" for name in NEWER]
images = []
for path in references:
    try:
        AssemblyName.GetAssemblyName(str(path))
    except Exception:  # A library that is not of .NET.
        continue
    images.append(Roslyn.MetadataReference.CreateFromFile(str(path)))
options = CSharp.CSharpCompilationOptions(Roslyn.OutputKind.ConsoleApplication).WithNullableContextOptions(
    Roslyn.NullableContextOptions.Enable
)
parsing = CSharp.CSharpParseOptions(CSharp.LanguageVersion.CSharp10)
usings = "".join(f"global using System{name};\n" for name in IMPLICIT)
good = True
for folder in map(Path, sys.argv[1:]):
    texts = [usings, (folder / "Program.cs").read_text()]
    trees = [CSharp.CSharpSyntaxTree.ParseText(text, parsing, "Program.cs") for text in texts]
    compilation = CSharp.CSharpCompilation.Create(
        "Program", Array[Roslyn.SyntaxTree](trees), Array[Roslyn.MetadataReference](images), options
    )
    result = Roslyn.FileSystemExtensions.Emit(compilation, str(folder / "Program.dll"))
    for diagnostic in result.Diagnostics:
        if int(diagnostic.Severity) >= 2:
            print(folder, diagnostic.ToString())
    good &= result.Success
    (folder / "Program.runtimeconfig.json").write_text(json.dumps(CONFIG))
    (folder / "Program.deps.json").write_text(json.dumps(DEPENDENCIES))
    for name in NEWER:
        link = folder / f"{name}.dll"
        link.unlink(missing_ok=True)
        link.symlink_to(ROSLYN / link.name)
sys.exit(0 if good else 1)
