#!/usr/bin/env bash
# install.sh FOLDER: one Python environment for each peer; together they do not fit into one (MLServer pins an old FastAPI).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
for requirements in "$here"/requirements/*.txt; do
  environment="$1/$(basename "$requirements" .txt)"
  python3 -m venv "$environment"
  "$environment/bin/pip" install -q --disable-pip-version-check -r "$requirements"
done
