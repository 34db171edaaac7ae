// SPDX-License-Identifier: Apache-2.0
/*
 * Feeds bytes to what the plugin reads: answers in pieces, enim.conf, the environment, versions, texts. With libFuzzer
 * (-DLIBFUZZER) that makes them up by coverage; without it, from a seed:
 *
 *   fuzz SEED COUNT
 *
 * The plugin ends a call with a jump back instead of _exit; standard output goes to the caller's, which is best /dev/null.
 */
static _Noreturn void finish(int status);
#define FINISH(status) finish(status)
#define main plugin_main
#include "../enim.c"
#undef main

#include <setjmp.h>

static jmp_buf fuzz_end;

static _Noreturn void finish(int status) { longjmp(fuzz_end, status + 1); }

/* What the plugin makes of an agent that says these bytes, and ends then or not. */
static enum outcome said(const unsigned char *bytes, size_t length, int end) {
  int sockets[2];
  struct iovec parts[PARTS] = {{variables, 1000}, {config, 0}, {config, 3000}};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets) != 0 ||
      send(sockets[1], bytes, length, 0) != (ssize_t)length || (end && shutdown(sockets[1], SHUT_WR) != 0)) {
    abort();
  }
  enum outcome outcome = exchange(sockets[0], parts, now());
  close(sockets[0]);
  close(sockets[1]);
  return outcome;
}

/* The bytes are an answer: accepted if it is exact and complete, and printed then. */
static void fuzz_answer(const unsigned char *bytes, size_t length) {
  enum outcome whole = outcome_of(bytes, length);
  if (said(bytes, length, 1) != whole || said(bytes, length, 0) != (whole == LOST ? OVERDUE : whole)) {
    abort();
  }
  if (whole == ANSWERED && (length < ANSWER_HEADER || get(answer + 8) != length - ANSWER_HEADER || get(answer + 4) > 255)) {
    abort();
  }
  if (whole == ANSWERED && !setjmp(fuzz_end)) {
    print_answer();
  }
}

/* The bytes are an enim.conf. */
static void fuzz_settings(const unsigned char *bytes, size_t length) {
  static char text[SETTINGS_MAX + 1];
  static struct settings into;
  size_t n = length < SETTINGS_MAX ? length : SETTINGS_MAX - 1;
  memcpy(text, bytes, n);
  text[n] = 0;
  memset(&into, 0, sizeof into);
  if (!setjmp(fuzz_end)) {
    parse_settings(text, "/opt/cni/bin/enim.conf", &into);
    seconds_of(into.seconds);
  }
}

/* The bytes are the variables of an environment, each with a final zero. */
static void fuzz_environment(const unsigned char *bytes, size_t length) {
  static char text[1 << 16];
  static char *environment[1 << 12];
  size_t n = length < sizeof text ? length : sizeof text - 1, count = 0;
  memcpy(text, bytes, n);
  text[n] = 0;
  for (char *at = text; at < text + n && count < sizeof environment / sizeof *environment - 1; at += strlen(at) + 1) {
    environment[count++] = at;
  }
  environment[count] = NULL;
  if (!setjmp(fuzz_end) && copy_variables(environment) > n + 1) {
    abort();
  }
}

/* The bytes are a configuration whose version is requested, and the text of an error. */
static void fuzz_texts(const unsigned char *bytes, size_t length) {
  char version[16];
  static char text[1 << 12];
  requested_version(bytes, length, version);
  if (strlen(version) == 0 || strspn(version, "0123456789.") != strlen(version)) {
    abort();
  }
  size_t n = length < sizeof text ? length : sizeof text - 1;
  memcpy(text, bytes, n);
  text[n] = 0;
  if (!setjmp(fuzz_end)) {
    fail(7, text, "it is %s", text);
  }
  plain(text);
  if (strlen(text) > TEXT_MAX || strpbrk(text, "\"\\\n") != NULL) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length) {
  if (length == 0) {
    return 0;
  }
  static void (*const targets[])(const unsigned char *, size_t) = {fuzz_answer, fuzz_settings, fuzz_environment,
                                                                   fuzz_texts};
  targets[bytes[0] % 4](bytes + 1, length - 1);
  return 0;
}

#ifndef LIBFUZZER
static uint64_t state;

static uint32_t next(uint32_t bound) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 32) % bound;
}

int main(int count, char **arguments) {
  static const char *const seeds[] = {
      "\0ENI1\0\0\0\0\0\0\0\2{}", "\0ENI1\0\0\0\1\0\0\0\0", "\1socket=/run/x\ntimeout=9\n# a\n",
      "\2CNI_COMMAND=ADD\0CNI_ARGS=a=b\0PATH=/bin", "\3{\"cniVersion\" : \"1.0.0\"}",
      "\3\"cniVersion\"\"1.0.0.1.0.0.1.0.0.1.0.0\""};
  static const size_t lengths[] = {15, 13, 30, 40, 26, 38};
  static unsigned char bytes[1 << 15];
  if (count != 3) {
    fprintf(stderr, "fuzz: SEED COUNT\n");
    return 2;
  }
  for (long i = 0; i < atol(arguments[2]); i++) {
    state = (uint64_t)(atol(arguments[1]) + i) * 0x9e3779b97f4a7c15u + 1;
    uint32_t which = next(6);
    size_t length = lengths[which];
    memcpy(bytes, seeds[which], length);
    if (next(8) == 0) { /* Long ones, for the bounds. */
      size_t more = next(sizeof bytes - 64);
      memset(bytes + length, (int)next(256), more);
      length += more;
    }
    for (uint32_t changes = next(12); changes > 0; changes--) {
      switch (next(3)) {
        case 0: bytes[1 + next((uint32_t)length - 1)] = (unsigned char)next(256); break;
        case 1: bytes[1 + next((uint32_t)length - 1)] ^= (unsigned char)(1u << next(8)); break;
        default: length = 2 + next((uint32_t)length - 1); break;
      }
    }
    if (LLVMFuzzerTestOneInput(bytes, length) != 0) {
      return 1;
    }
  }
  fprintf(stderr, "fuzz: %s inputs from seed %s\n", arguments[2], arguments[1]);
  return 0;
}
#endif
