// SPDX-License-Identifier: Apache-2.0
/*
 * Calls a CNI plugin that was built with marks.h, as a container runtime does, and says when what happened.
 *
 *   call PLUGIN NETNS CONFIG
 *
 * Lines ADD and DEL on standard input; for each a line with five numbers: when the call began, when the program began, was
 * connected and had received, and when its end was known, in nanoseconds of the monotonic clock. Any error ends it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BEGAN, CONNECTED, RECEIVED, MARKS, MARKS_FD = 3, LOWEST_FD = 10 };

extern char **environ;

static void require(int ok, const char *what) {
  if (!ok) {
    fprintf(stderr, "call: %s: %s\n", what, strerror(errno));
    exit(1);
  }
}

static int64_t nanos(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A pipe beside the descriptors that the program gets. */
static void open_pipe(int ends[2]) {
  int low[2];
  require(pipe(low) == 0, "pipe");
  for (int i = 0; i < 2; i++) {
    ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, LOWEST_FD);
    require(ends[i] >= 0, "fcntl");
    close(low[i]);
  }
}

static void call(char *plugin, const char *config) {
  int in[2], out[2], marked[2];
  open_pipe(in);
  open_pipe(out);
  open_pipe(marked);
  require(write(in[1], config, strlen(config)) == (ssize_t)strlen(config), "write the configuration");
  close(in[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, marked[1], MARKS_FD);
  char *arguments[] = {plugin, NULL};
  pid_t child;
  int status;
  int64_t marks[MARKS];
  int64_t spawned = nanos();
  errno = posix_spawn(&child, plugin, &actions, NULL, arguments, environ);
  require(errno == 0, plugin);
  require(waitpid(child, &status, 0) == child, "waitpid");
  int64_t ended = nanos();
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) {
    char answer[4096];
    ssize_t n = read(out[0], answer, sizeof answer);
    fprintf(stderr, "call: %s ended with %x: %.*s\n", plugin, status, n < 0 ? 0 : (int)n, answer);
    exit(1);
  }
  require(read(marked[0], marks, sizeof marks) == sizeof marks, "read the marks");
  int opened[] = {in[0], out[0], out[1], marked[0], marked[1]};
  for (size_t i = 0; i < sizeof opened / sizeof *opened; i++) {
    close(opened[i]);
  }
  printf("%lld %lld %lld %lld %lld\n", (long long)spawned, (long long)marks[BEGAN], (long long)marks[CONNECTED],
         (long long)marks[RECEIVED], (long long)ended);
  fflush(stdout);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "call: expected PLUGIN NETNS CONFIG\n");
    return 2;
  }
  require(setenv("CNI_NETNS", argv[2], 1) == 0 && setenv("CNI_IFNAME", "eth0", 1) == 0, "setenv");
  char command[16], container[32];
  int count = 0;
  while (fgets(command, sizeof command, stdin) != NULL) {
    command[strcspn(command, "\n")] = 0;
    count += strcmp(command, "ADD") == 0;
    snprintf(container, sizeof container, "call-%d", count);
    require(setenv("CNI_COMMAND", command, 1) == 0 && setenv("CNI_CONTAINERID", container, 1) == 0, "setenv");
    call(argv[1], argv[3]);
  }
  return 0;
}
