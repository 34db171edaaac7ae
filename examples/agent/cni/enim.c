// SPDX-License-Identifier: Apache-2.0
/*
 * The CNI plugin of ENIM: carries one call to the node agent and prints its answer. It decides nothing. The shell script
 * `enim` beside it does the same over HTTP where there is no compiler.
 *
 * Socket and time limit come from the first of: ENIM_SOCKET and ENIM_TIMEOUT (seconds) in the environment; the lines
 * socket=PATH and timeout=SECONDS in enim.conf beside the program; the defaults /run/enim/agent.sock and 60. The program
 * calls PATH.cni.
 *
 * A call is one frame, the answer another; numbers are big endian:
 *
 *   "ENI1" | u32 milliseconds that the plugin waits | u32 n | u32 m | n bytes: the CNI_ variables, each NAME=VALUE and a
 *            zero | m bytes: standard input
 *   "ENI1" | u32 exit status | u32 n | n bytes: standard output
 *
 * An agent that restarts costs time, not the call: while it cannot be reached, and when the connection ends before the
 * answer is complete, the call is repeated. That is safe, since every command is idempotent. The plugin sends nothing after
 * the frame and keeps the connection, so its end tells the agent that an ADD has to be undone.
 *
 * All memory is static and bounded. Standard output gets one complete answer or one error, standard error nothing. The
 * error codes of its own: 4 CNI_COMMAND is missing or the variables are too long, 5 standard input cannot be read, 7 a
 * setting or the length of standard input is invalid, 11 the agent cannot be reached or does not answer in time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifndef FINISH
#define FINISH(status) _exit(status)
#endif

#define MAGIC "ENI1"
#define NEWEST "1.1.0"
#define DEFAULT_SOCKET "/run/enim/agent.sock"
#define PARTS 3

enum {
  MAGIC_SIZE = 4,
  CALL_HEADER = 16,
  ANSWER_HEADER = 12,
  CONFIG_MAX = 1 << 20,
  VARIABLES_MAX = 1 << 18,
  ANSWER_MAX = 1 << 22,
  SETTINGS_MAX = 1 << 14,
  TEXT_MAX = 300,
  DEFAULT_SECONDS = 60,
  /* A kubelet that waits 30 s for its runtime's status calls the node not ready, so STATUS has to say so earlier. */
  STATUS_MILLIS = 10000,
  FIRST_PAUSE_MILLIS = 5,
  LONGEST_PAUSE_MILLIS = 200
};

enum outcome { ANSWERED, LOST, OVERDUE, FOREIGN };

struct settings {
  char socket[SETTINGS_MAX];
  char seconds[SETTINGS_MAX];
};

static unsigned char config[CONFIG_MAX + 1];
static char variables[VARIABLES_MAX];
static unsigned char answer[ANSWER_HEADER + ANSWER_MAX];
static struct settings settings;

static void print(const void *bytes, size_t length) {
  const char *next = bytes;
  while (length > 0) {
    ssize_t n = write(STDOUT_FILENO, next, length);
    if (n > 0) {
      next += n;
      length -= (size_t)n;
    } else if (errno == EAGAIN) {
      poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1, -1);
    } else if (errno != EINTR) {
      FINISH(1);
    }
  }
}

/* Makes text safe inside a JSON string: quotes and backslashes become ', other characters than printable ASCII become ?. */
static const char *plain(char *text) {
  size_t i = 0;
  for (; text[i] && i < TEXT_MAX; i++) {
    if (text[i] == '"' || text[i] == '\\') {
      text[i] = '\'';
    } else if (text[i] < ' ' || text[i] > '~') {
      text[i] = '?';
    }
  }
  text[i] = 0;
  return text;
}

/* Ends the call with an error: code, what to do, what happened. */
__attribute__((format(printf, 3, 4))) static _Noreturn void fail(int code, const char *rule, const char *format, ...) {
  char message[2 * TEXT_MAX], details[TEXT_MAX + 1], json[4 * TEXT_MAX];
  va_list values;
  va_start(values, format);
  vsnprintf(message, sizeof message, format, values);
  va_end(values);
  snprintf(details, sizeof details, "%s", rule);
  int length = snprintf(json, sizeof json,
                        "{\n  \"cniVersion\" : \"" NEWEST
                        "\",\n  \"code\" : %d,\n  \"msg\" : \"%s\",\n  \"details\" : \"%s\"\n}\n",
                        code, plain(message), plain(details));
  print(json, (size_t)length);
  FINISH(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int left(int64_t deadline) {
  int64_t millis = deadline - now();
  return millis < 0 ? 0 : (int)millis;
}

/* Reads standard input to its end into `config`; returns its length. */
static size_t read_config(int64_t deadline) {
  size_t length = 0;
  while (length <= CONFIG_MAX) {
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&in, 1, left(deadline)) == 0) {
      fail(5, "the runtime has to close it after the network configuration", "standard input did not end in time");
    }
    ssize_t n = read(STDIN_FILENO, config + length, sizeof config - length);
    if (n == 0) {
      return length;
    }
    if (n > 0) {
      length += (size_t)n;
    } else if (errno != EINTR && errno != EAGAIN) {
      fail(5, "the runtime passes the network configuration there", "standard input cannot be read: %s",
           strerror(errno));
    }
  }
  fail(7, "shorten the network configuration", "standard input is longer than %d bytes", CONFIG_MAX);
}

/* The version that a configuration asks for, if it is one; the text need not be JSON. Writes to `version`, of 16 bytes. */
static void requested_version(const unsigned char *text, size_t length, char version[16]) {
  static const char key[] = "\"cniVersion\"";
  const unsigned char *end = text + length;
  const unsigned char *from = memmem(text, length, key, sizeof key - 1);
  strcpy(version, NEWEST);
  if (from == NULL) {
    return;
  }
  from += sizeof key - 1;
  from = memchr(from, '"', (size_t)(end - from));
  if (from == NULL) {
    return;
  }
  from++;
  size_t n = 0;
  while (from + n < end && n < 15 && ((from[n] >= '0' && from[n] <= '9') || from[n] == '.')) {
    n++;
  }
  if (n > 0 && from + n < end && from[n] == '"') {
    memcpy(version, from, n);
    version[n] = 0;
  }
}

/* Answered here, so that a runtime can probe the plugin before the agent runs. */
static _Noreturn void print_version(void) {
  char version[16], json[256];
  requested_version(config, read_config(now() + DEFAULT_SECONDS * 1000), version);
  int length = snprintf(json, sizeof json,
                        "{\n  \"cniVersion\" : \"%s\",\n"
                        "  \"supportedVersions\" : [ \"0.3.1\", \"0.4.0\", \"1.0.0\", \"1.1.0\" ]\n}\n",
                        version);
  print(json, (size_t)length);
  FINISH(0);
}

/* Takes the lines of an enim.conf for what is still empty in `into`. The text ends with a zero and is overwritten. */
static void parse_settings(char *text, const char *path, struct settings *into) {
  for (char *rest = text; *rest;) {
    char *line = rest;
    rest = strchrnul(line, '\n');
    if (*rest) {
      *rest++ = 0;
    }
    if (*line == 0 || *line == '#') {
      continue;
    }
    char *value = strchrnul(line, '=');
    if (*value) {
      *value++ = 0;
    }
    char *field = strcmp(line, "socket") == 0 ? into->socket : strcmp(line, "timeout") == 0 ? into->seconds : NULL;
    if (field == NULL) {
      char rule[TEXT_MAX + 1];
      snprintf(rule, sizeof rule, "the known keys are socket and timeout; fix %s", path);
      fail(7, rule, "enim.conf: unknown key %s", line);
    }
    if (*field == 0) {
      snprintf(field, SETTINGS_MAX, "%s", value);
    }
  }
}

/* Reads enim.conf beside the program, if it can be read. */
static void read_settings(void) {
  static char path[SETTINGS_MAX], text[SETTINGS_MAX + 1];
  const char *program = (const char *)getauxval(AT_EXECFN);
  const char *slash = program == NULL ? NULL : strrchr(program, '/');
  int n = slash == NULL ? snprintf(path, sizeof path, "enim.conf")
                        : snprintf(path, sizeof path, "%.*s/enim.conf", (int)(slash - program), program);
  int fd = n < (int)sizeof path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) {
    return;
  }
  ssize_t length = 0, got;
  while (length < SETTINGS_MAX && (got = read(fd, text + length, (size_t)(SETTINGS_MAX - length))) > 0) {
    length += got;
  }
  close(fd);
  if (length == SETTINGS_MAX) {
    fail(7, "it has the lines socket=PATH and timeout=SECONDS", "%s is longer than %d bytes", path, SETTINGS_MAX - 1);
  }
  text[length] = 0;
  parse_settings(text, path, &settings);
}

/* The seconds of a text from 1 to 99999, without a leading zero. */
static int seconds_of(const char *text) {
  size_t length = strspn(text, "0123456789");
  if (length == 0 || length > 5 || text[length] || *text == '0') {
    fail(7, "it must be a number of seconds from 1 to 99999", "the timeout is invalid: %s", text);
  }
  return atoi(text);
}

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value == NULL ? "" : value;
}

/* Copies the CNI_ variables, each with its final zero, into `variables`; returns their length. */
static size_t copy_variables(char **environment) {
  size_t length = 0;
  for (; *environment; environment++) {
    size_t n = strlen(*environment) + 1;
    if (strncmp(*environment, "CNI_", 4) != 0) {
      continue;
    }
    if (n > sizeof variables - length) {
      fail(4, "shorten CNI_ARGS", "the CNI_ variables are longer than %d bytes", VARIABLES_MAX);
    }
    memcpy(variables + length, *environment, n);
    length += n;
  }
  return length;
}

static void put(unsigned char *at, uint32_t number) {
  for (int i = 0; i < 4; i++) {
    at[i] = (unsigned char)(number >> (24 - 8 * i));
  }
}

static uint32_t get(const unsigned char *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* What the first bytes of an answer say: ANSWERED when it is complete, LOST while it is not, or FOREIGN. */
static enum outcome outcome_of(const unsigned char *frame, size_t length) {
  if (length < ANSWER_HEADER) {
    return LOST;
  }
  uint32_t status = get(frame + MAGIC_SIZE), size = get(frame + MAGIC_SIZE + 4);
  if (memcmp(frame, MAGIC, MAGIC_SIZE) != 0 || status > 255 || size > ANSWER_MAX || length > ANSWER_HEADER + size) {
    return FOREIGN;
  }
  return length == ANSWER_HEADER + size ? ANSWERED : LOST;
}

/* Takes what was sent off the parts; returns what remains. */
static size_t advance(struct iovec parts[PARTS], size_t sent) {
  size_t rest = 0;
  for (int i = 0; i < PARTS; i++) {
    size_t n = sent < parts[i].iov_len ? sent : parts[i].iov_len;
    parts[i].iov_base = (char *)parts[i].iov_base + n;
    parts[i].iov_len -= n;
    sent -= n;
    rest += parts[i].iov_len;
  }
  return rest;
}

/* Sends the parts and receives into `answer`. An answer may come before everything is sent: the agent refuses the rest. */
static enum outcome exchange(int fd, struct iovec parts[PARTS], int64_t deadline) {
  size_t received = 0, rest = advance(parts, 0);
  for (;;) {
    struct pollfd agent = {.fd = fd, .events = (short)(rest > 0 ? POLLIN | POLLOUT : POLLIN)};
    if (poll(&agent, 1, left(deadline)) == 0) {
      return OVERDUE;
    }
    if (agent.revents & POLLIN) {
      ssize_t n = recv(fd, answer + received, sizeof answer - received, 0);
      if (n > 0) {
        received += (size_t)n;
        rest = 0;
        enum outcome said = outcome_of(answer, received);
        if (said != LOST) {
          return said;
        }
      } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        return LOST;
      }
    } else if (rest > 0 && agent.revents & POLLOUT) {
      struct msghdr message = {.msg_iov = parts, .msg_iovlen = PARTS};
      ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL);
      if (n >= 0) {
        rest = advance(parts, (size_t)n);
      } else if (errno != EINTR && errno != EAGAIN) {
        rest = 0; /* The agent has closed; what it said before is still to be received. */
      }
    } else if (agent.revents) {
      return LOST;
    }
  }
}

/* Prints the answer and ends with its status. */
static _Noreturn void print_answer(void) {
  print(answer + ANSWER_HEADER, get(answer + MAGIC_SIZE + 4));
  FINISH((int)get(answer + MAGIC_SIZE));
}

/* Repeats the call until it is answered or the time is over. */
static _Noreturn void call(const struct sockaddr_un *address, size_t variables_length, size_t config_length,
                           int64_t deadline, int64_t reach, int seconds) {
  const char *path = address->sun_path;
  for (int pause = FIRST_PAUSE_MILLIS;; pause = pause * 2 < LONGEST_PAUSE_MILLIS ? pause * 2 : LONGEST_PAUSE_MILLIS) {
    const char *why = "the connection ended before the answer";
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      fail(11, "try again later", "no socket can be opened: %s", strerror(errno));
    }
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0) {
      unsigned char header[CALL_HEADER] = MAGIC;
      put(header + MAGIC_SIZE, (uint32_t)left(deadline));
      put(header + MAGIC_SIZE + 4, (uint32_t)variables_length);
      put(header + MAGIC_SIZE + 8, (uint32_t)config_length);
      struct iovec parts[PARTS] = {{header, sizeof header}, {variables, variables_length}, {config, config_length}};
      switch (exchange(fd, parts, deadline)) {
        case ANSWERED:
          print_answer();
        case OVERDUE:
          fail(11, "an ADD is undone when the plugin ends; call again", "the agent at %s did not answer within %d s",
               path, seconds);
        case FOREIGN:
          fail(11, "install the plugin that belongs to the agent", "the agent at %s speaks another protocol", path);
        case LOST:
          break;
      }
    } else {
      why = strerror(errno);
      if (errno != ENOENT && errno != ECONNREFUSED && errno != EAGAIN && errno != EINTR) {
        fail(11, "check that this user may call it", "the agent at %s cannot be reached: %s", path, why);
      }
    }
    close(fd);
    int wait = left(reach);
    if (wait == 0) {
      fail(11, "check that it runs and that this user may call it, then try again",
           "the agent at %s cannot be reached: %s", path, why);
    }
    poll(NULL, 0, wait < pause ? wait : pause);
  }
}

int main(void) {
  const char *command = variable("CNI_COMMAND");
  if (*command == 0) {
    fail(4, "this is a CNI plugin, to be called by a container runtime", "CNI_COMMAND is missing");
  }
  if (strcmp(command, "VERSION") == 0) {
    print_version();
  }
  snprintf(settings.socket, sizeof settings.socket, "%s", variable("ENIM_SOCKET"));
  snprintf(settings.seconds, sizeof settings.seconds, "%s", variable("ENIM_TIMEOUT"));
  read_settings();
  int seconds = *settings.seconds ? seconds_of(settings.seconds) : DEFAULT_SECONDS;
  int64_t deadline = now() + (int64_t)seconds * 1000;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *path = *settings.socket ? settings.socket : DEFAULT_SOCKET;
  if (snprintf(address.sun_path, sizeof address.sun_path, "%s.cni", path) >= (int)sizeof address.sun_path) {
    fail(7, "choose a shorter path for the agent's socket", "the socket's path is too long: %s", path);
  }
  size_t variables_length = copy_variables(environ);
  size_t config_length = read_config(deadline);
  int64_t status = now() + STATUS_MILLIS;
  int64_t reach = strcmp(command, "STATUS") == 0 && status < deadline ? status : deadline;
  call(&address, variables_length, config_length, deadline, reach, seconds);
}
