/*
 * Mounts the caller's network namespace on many new files, as `ip netns add` does with a namespace of its own for each:
 *
 *   bind DIRECTORY COUNT     creates DIRECTORY/ns0, ns1, ... on a file system of their own: umount --lazy DIRECTORY ends all
 *
 * For measuring readers of the mount table; the contents of the namespaces do not matter there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

int main(int count, char **arguments) {
  char path[512];
  if (count != 3) {
    fprintf(stderr, "bind: DIRECTORY COUNT\n");
    return 2;
  }
  if (mount("tmpfs", arguments[1], "tmpfs", 0, "mode=755")) {
    fprintf(stderr, "bind: %s: %s\n", arguments[1], strerror(errno));
    return 1;
  }
  for (int i = 0; i < atoi(arguments[2]); i++) {
    snprintf(path, sizeof path, "%s/ns%d", arguments[1], i);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0444);
    if (fd < 0 || close(fd) || mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL)) {
      fprintf(stderr, "bind: %s: %s\n", path, strerror(errno));
      return 1;
    }
  }
  return 0;
}
