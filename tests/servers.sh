#!/usr/bin/env bash
# Installs what integration tests need from Debian's packages; does nothing when it is all there.
set -euo pipefail
packages=(sqlite3)

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "all there: ${packages[*]}"
  exit 0
fi
if ((EUID != 0)); then
  echo "run as root to install: ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2
apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}"
