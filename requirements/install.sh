#!/bin/sh
# Install locks into a Python: requirements/install.sh PYTHON LOCK... (build, light, full, test, dev)
# Torch comes first, alone and without dependencies: on Linux always the CPU build, never one that brings 6 GB of CUDA.
# It is taken from wherever pip looks already (a folder of wheels, a mirror), else from PyTorch's own index of CPU builds.
# TORCH_INDEX=ADDRESS names another one.
set -eu

python=$1
shift
here=$(dirname "$0")
index=${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore

install_torch() {
    torch=$(sed -n 's/^\(torch==[^ ]*+cpu\) .*/\1/p' "$here/full.txt")
    if "$python" -m pip install --dry-run --quiet --no-deps "$torch" >/dev/null 2>&1; then
        "$python" -m pip install --no-deps "$torch"
    else
        "$python" -m pip install --no-deps --index-url "$index" "$torch" || {
            echo "install: no $torch to be had; try again, set TORCH_INDEX to a mirror, or go without: make run LIGHT=1" >&2
            exit 1
        }
    fi
}

for lock in "$@"; do
    echo "installing requirements/$lock.txt …"
    if [ "$lock" = full ] && [ "$(uname)" = Linux ]; then
        install_torch
    fi
    "$python" -m pip install -r "$here/$lock.txt"
done
