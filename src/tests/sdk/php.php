<?php

// Runs each program of a folder in this process, with a stand-in for the SDK, and writes which method is called with what:
// a line of JSON each. The folder has a `vendor/autoload.php` that is empty.

$said = [];

/** Takes every call, and remembers the last. */
class Recorder
{
    public function __construct(private array $way = [])
    {
    }

    public function __get(string $name): self
    {
        return new self([...$this->way, $name]);
    }

    public function __call(string $name, array $arguments): array
    {
        global $said;
        $said['way'] = implode('.', [...$this->way, $name]);
        $said['arguments'] = (object) $arguments[0];
        $said['options'] = $arguments[1] ?? null;
        $said['positional'] = count($arguments);
        return [];
    }
}

spl_autoload_register(function (string $class): void {
    $short = basename(str_replace('\\', '/', $class));
    $space = substr($class, 0, -strlen($short) - 1);
    eval(match ($short) {
        'Client' => "namespace $space; class Client extends \\Recorder {
            public function __construct(string \$projectId, string \$secret) {
                global \$said;
                \$said['client'] = self::class;
                \$said['credential'] = [\$projectId, \$secret];
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
    $said = ['program' => basename($program, '.php')];
    ob_start();
    try {
        (function () use ($program): void {
            include $program;
        })();
    } catch (Throwable $error) {
        $said['error'] = (string) $error;
    }
    ob_end_clean();
    echo json_encode($said, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION), "\n";
}
