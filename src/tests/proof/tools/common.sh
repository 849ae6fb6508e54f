# What the scripts of all languages start with; see ../tools.rs for their words.
set -euo pipefail
here=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/../../../.."
ROOT=$PWD
. scripts/env
cd "$here"
verb=$1 client=$2
shift 2

# Whether the machine has all of these programs.
has() {
  local name
  for name in "$@"; do command -v "$name" >/dev/null || return 1; done
}
