/*
 * Speaks sentences with a flite voice, joined by digital silence, and writes the exact time of each word.
 *
 *   speak <slt|rms> <speaker> <out.wav> <out.json> <sentence> [<sentence> ...]
 *
 * The WAV is flite's own output: 16 kHz, mono, s16. The times come from flite's utterance structure, not from
 * the audio: each token of the text is the span of its words, each word the span of its phonetic segments.
 */
#include <flite/flite.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEADING_MS 200
#define PAUSE_MS 600
#define TRAILING_MS 600
/* Sound that is kept before the first and after the last segment of a sentence, faded in and out. */
#define MARGIN_MS 20

#define MAX_SAMPLES (16000 * 20)
#define MAX_WORDS 64

cst_voice *register_cmu_us_slt(const char *voxdir);
cst_voice *register_cmu_us_rms(const char *voxdir);

struct word {
  char text[64];
  int start_ms, end_ms, sentence;
};

static short samples[MAX_SAMPLES];
static int sample_count;
static int sample_rate;
static struct word words[MAX_WORDS];
static int word_count;

static int to_samples(double ms) { return (int)lround(ms * sample_rate / 1000.0); }

static void add_silence(int ms) { sample_count += to_samples(ms); }

static const char *feature(const cst_item *item, const char *name) {
  return item_feat_present(item, name) ? item_feat_string(item, name) : "";
}

/* Where a word's first segment starts: the end of the segment before it, in seconds. */
static double word_start(const cst_item *word) {
  return ffeature_float(word, "R:SylStructure.daughter1.daughter1.R:Segment.p.end");
}

static double word_end(const cst_item *word) {
  return ffeature_float(word, "R:SylStructure.daughtern.daughtern.R:Segment.end");
}

static void say(cst_voice *voice, const char *text, int sentence) {
  cst_utterance *utterance = flite_synth_text(text, voice);
  cst_wave *wave = utt_wave(utterance);
  int first_word = word_count, margin, from, to, at, i;
  double sentence_start = -1, sentence_end = 0;
  const cst_item *token;

  sample_rate = wave->sample_rate;
  for (token = relation_head(utt_relation(utterance, "Token")); token; token = item_next(token)) {
    const cst_item *first = item_daughter(token), *last = item_last_daughter(token);
    double start, end;
    struct word *out = &words[word_count];
    if (!first) continue;
    start = word_start(item_as(first, "Word"));
    end = word_end(item_as(last, "Word"));
    if (sentence_start < 0) sentence_start = start;
    sentence_end = end;
    snprintf(out->text, sizeof out->text, "%s%s%s", feature(token, "prepunctuation"),
             item_feat_string(token, "name"), feature(token, "punc"));
    out->start_ms = (int)lround(start * 1000);
    out->end_ms = (int)lround(end * 1000);
    out->sentence = sentence;
    word_count++;
  }

  margin = to_samples(MARGIN_MS);
  from = to_samples(sentence_start * 1000) - margin;
  to = to_samples(sentence_end * 1000) + margin;
  if (from < 0) from = 0;
  if (to > wave->num_samples) to = wave->num_samples;
  at = sample_count;
  for (i = from; i < to; i++) {
    double fade = 1;
    if (i - from < margin) fade = (double)(i - from) / margin;
    if (to - 1 - i < margin) fade = fmin(fade, (double)(to - 1 - i) / margin);
    samples[sample_count++] = (short)lround(wave->samples[i] * fade);
  }
  for (i = first_word; i < word_count; i++) {
    int shift = (int)lround((at - from) * 1000.0 / sample_rate);
    words[i].start_ms += shift;
    words[i].end_ms += shift;
  }
  delete_utterance(utterance);
}

static void write_sentence_text(FILE *out, int sentence) {
  int i, separate = 0;
  for (i = 0; i < word_count; i++) {
    if (sentence >= 0 && words[i].sentence != sentence) continue;
    fprintf(out, "%s%s", separate ? " " : "", words[i].text);
    separate = 1;
  }
}

static void write_json(FILE *out, const char *speaker, int sentences) {
  int i, s;
  fprintf(out, "{\n  \"speaker\": \"%s\",\n  \"text\": \"", speaker);
  write_sentence_text(out, -1);
  fprintf(out, "\",\n  \"words\": [\n");
  for (i = 0; i < word_count; i++)
    fprintf(out, "    { \"text\": \"%s\", \"startMs\": %d, \"endMs\": %d }%s\n", words[i].text,
            words[i].start_ms, words[i].end_ms, i + 1 < word_count ? "," : "");
  fprintf(out, "  ],\n  \"sentences\": [\n");
  for (s = 0; s < sentences; s++) {
    int start = -1, end = 0;
    for (i = 0; i < word_count; i++) {
      if (words[i].sentence != s) continue;
      if (start < 0) start = words[i].start_ms;
      end = words[i].end_ms;
    }
    fprintf(out, "    { \"text\": \"");
    write_sentence_text(out, s);
    fprintf(out, "\", \"startMs\": %d, \"endMs\": %d }%s\n", start, end, s + 1 < sentences ? "," : "");
  }
  fprintf(out, "  ],\n  \"durationMs\": %d\n}\n", (int)lround(sample_count * 1000.0 / sample_rate));
}

int main(int argc, char **argv) {
  cst_voice *voice;
  cst_wave *wave;
  FILE *json;
  int i;

  if (argc < 6) {
    fprintf(stderr, "usage: %s <slt|rms> <speaker> <out.wav> <out.json> <sentence>...\n", argv[0]);
    return 2;
  }
  flite_init();
  voice = strcmp(argv[1], "slt") == 0 ? register_cmu_us_slt(NULL) : register_cmu_us_rms(NULL);
  sample_rate = 16000;

  add_silence(LEADING_MS - MARGIN_MS);
  for (i = 5; i < argc; i++) {
    if (i > 5) add_silence(PAUSE_MS - 2 * MARGIN_MS);
    say(voice, argv[i], i - 5);
  }
  add_silence(TRAILING_MS - MARGIN_MS);

  wave = new_wave();
  cst_wave_resize(wave, sample_count, 1);
  wave->sample_rate = sample_rate;
  memcpy(wave->samples, samples, sample_count * sizeof(short));
  cst_wave_save_riff(wave, argv[3]);

  json = fopen(argv[4], "w");
  if (!json) {
    perror(argv[4]);
    return 1;
  }
  write_json(json, argv[2], argc - 5);
  fclose(json);
  return 0;
}
