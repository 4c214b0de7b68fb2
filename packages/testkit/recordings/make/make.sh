#!/bin/sh
# Makes the recordings: ./make.sh [directory], by default the one above this. See README.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/..}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cc -O1 -Wall -o "$work/speak" "$here/speak.c" \
  -lflite_cmu_us_slt -lflite_cmu_us_rms -lflite_usenglish -lflite_cmulex -lflite -lm

# make <voice> <speaker> <sentence>...
make_recording() {
  voice=$1 speaker=$2
  shift 2
  "$work/speak" "$voice" "$speaker" "$work/$speaker.wav" "$out/$speaker.json" "$@"
  # -D: no dither, so that silence stays digital silence and each run gives the same bytes.
  sox -D "$work/$speaker.wav" "$out/$speaker-16k.wav" gain -n -3
  sox -D "$work/$speaker.wav" "$out/$speaker-48k.wav" gain -6 rate -v 48000 gain -n -3
}

make_recording slt ada \
  'Good morning, I would like to book a table for two.' \
  'Friday evening at seven works best.'
make_recording rms ben \
  'Sure, let me check what is still free.' \
  'Do you need a parking space nearby?'
