# Shared by the scripts of all languages. ../tools.rs describes their arguments.
set -euo pipefail
here=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/../../../.."
ROOT=$PWD
. scripts/env
cd "$here"
verb=$1 client=$2
shift 2

# Returns success if all of these programs are installed.
has() {
  local name
  for name in "$@"; do command -v "$name" >/dev/null || return 1; done
}
