// SPDX-License-Identifier: Apache-2.0
/*
 * Waits until addresses answer: for each line with an IPv4 address on standard input, a line on standard output as soon as
 * the first echo has come back, with the number of echoes that were sent.
 *
 *   answers NETNS
 *
 * It asks from the network namespace at this path, every 0.1 ms, so that an echo that is lost costs no more than that. Any
 * error ends it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { PERIOD_NANOS = 100000, MOST = 60 * 10000 };

static _Noreturn void fail(const char *what) {
  fprintf(stderr, "answers: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void ask(int fd, uint16_t round, uint16_t number) {
  struct icmphdr echo = {.type = ICMP_ECHO};
  echo.un.echo.id = htons(round);
  echo.un.echo.sequence = htons(number);
  const uint16_t *words = (const uint16_t *)&echo;
  uint32_t sum = 0;
  for (size_t i = 0; i < sizeof echo / 2; i++) {
    sum += words[i];
  }
  sum = (sum & 0xffff) + (sum >> 16);
  echo.checksum = (uint16_t) ~(sum + (sum >> 16));
  /* Until the way there is complete, the kernel may refuse it. */
  send(fd, &echo, sizeof echo, 0);
}

/* Whether what has arrived has an answer of this round; answers of earlier ones may be among it. */
static int is_answered(int fd, uint16_t round) {
  unsigned char packet[256];
  ssize_t n;
  while ((n = recv(fd, packet, sizeof packet, MSG_DONTWAIT)) > 0) {
    size_t header = (size_t)((struct iphdr *)packet)->ihl * 4;
    struct icmphdr icmp;
    if ((size_t)n >= header + sizeof icmp) {
      memcpy(&icmp, packet + header, sizeof icmp);
      if (icmp.type == ICMP_ECHOREPLY && icmp.un.echo.id == htons(round)) {
        return 1;
      }
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "answers: expected NETNS\n");
    return 2;
  }
  int netns = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (netns < 0 || setns(netns, CLONE_NEWNET) != 0) {
    fail(argv[1]);
  }
  int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
  if (fd < 0) {
    fail("socket");
  }
  char line[64];
  for (uint16_t round = 1; fgets(line, sizeof line, stdin) != NULL; round++) {
    line[strcspn(line, "\n")] = 0;
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, line, &address.sin_addr) != 1) {
      errno = EINVAL;
      fail(line);
    }
    /* Nothing is sent by this; a way there need not exist yet. */
    while (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
      if (errno != ENETUNREACH && errno != EHOSTUNREACH) {
        fail(line);
      }
    }
    int sent = 0;
    do {
      if (sent++ == MOST) {
        errno = ETIMEDOUT;
        fail(line);
      }
      ask(fd, round, (uint16_t)sent);
      struct pollfd answer = {.fd = fd, .events = POLLIN};
      ppoll(&answer, 1, &(struct timespec){.tv_nsec = PERIOD_NANOS}, NULL);
    } while (!is_answered(fd, round));
    printf("%d\n", sent);
    fflush(stdout);
  }
  return 0;
}
