<?php

// Runs each program of a folder in this process, with a stand-in for the SDK, and writes which method is called with what:
// a line of JSON each. The folder has a `vendor/autoload.php` that is empty.

$output = [];

/** Accepts every call, and records the last. */
class Recorder
{
    public function __construct(private array $path = [])
    {
    }

    public function __get(string $name): self
    {
        return new self([...$this->path, $name]);
    }

    public function __call(string $name, array $arguments): array
    {
        global $output;
        $output['method'] = implode('.', [...$this->path, $name]);
        $output['arguments'] = (object) $arguments[0];
        $output['options'] = $arguments[1] ?? null;
        $output['positional'] = count($arguments);
        return [];
    }
}

spl_autoload_register(function (string $class): void {
    $short = basename(str_replace('\\', '/', $class));
    $space = substr($class, 0, -strlen($short) - 1);
    eval(match ($short) {
        'Client' => "namespace $space; class Client extends \\Recorder {
            public function __construct(string \$projectId, string \$secret) {
                global \$output;
                \$output['client'] = self::class;
                \$output['credential'] = [\$projectId, \$secret];
                parent::__construct();
            }
        }",
        'Authorization' => "namespace $space; class Authorization {
            public function __construct(public ?string \$sessionToken = null, public ?string \$sessionJwt = null) {}
        }",
        'StytchException' => "namespace $space; class StytchException extends \\Exception {}",
    });
});

foreach (glob($argv[1] . '/*.php') as $program) {
    $output = ['program' => basename($program, '.php')];
    ob_start();
    try {
        (function () use ($program): void {
            include $program;
        })();
    } catch (Throwable $error) {
        $output['error'] = (string) $error;
    }
    ob_end_clean();
    echo json_encode($output, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION), "\n";
}
