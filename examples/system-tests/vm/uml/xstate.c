/*
 * Lets user-mode Linux before 6.13 run on processors with AMX. It keeps 2696 bytes of a thread's registers, which was
 * all there was, and gives as many back; the kernel refuses that where AMX makes it 11008. What is missing is only AMX's
 * own state, which no program inside may use without asking first: so it is given back as "never used".
 *
 * Preloaded into linux.uml, whose kernel is one thread.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define NT_X86_XSTATE 0x202UL
#define XSTATE_BV 512     /* where the header says which components are in use */
#define SMALL_COMPONENTS 0x3ffUL /* x87, SSE, AVX, AVX-512, PKRU: those that lie within the 2696 bytes */

static _Alignas(64) unsigned char whole[1 << 16];
static size_t whole_size;

static long set_xstate(long pid, const struct iovec *given) {
  if (whole_size == 0) {
    struct iovec all = {whole, sizeof whole};
    if (syscall(SYS_ptrace, (long)PTRACE_GETREGSET, pid, NT_X86_XSTATE, &all) < 0) return -1;
    whole_size = all.iov_len;
  }
  struct iovec all = *given;
  if (given->iov_len < whole_size) {
    memset(whole, 0, whole_size);
    memcpy(whole, given->iov_base, given->iov_len);
    uint64_t in_use;
    memcpy(&in_use, whole + XSTATE_BV, sizeof in_use);
    in_use &= SMALL_COMPONENTS;
    memcpy(whole + XSTATE_BV, &in_use, sizeof in_use);
    all = (struct iovec){whole, whole_size};
  }
  return syscall(SYS_ptrace, (long)PTRACE_SETREGSET, pid, NT_X86_XSTATE, &all);
}

long ptrace(enum __ptrace_request request, ...) {
  va_list arguments;
  va_start(arguments, request);
  long pid = va_arg(arguments, pid_t);
  unsigned long address = va_arg(arguments, unsigned long);
  void *data = va_arg(arguments, void *);
  va_end(arguments);
  if (request == PTRACE_SETREGSET && address == NT_X86_XSTATE) return set_xstate(pid, data);
  if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
    /* The system call stores what the library function returns. */
    long word = 0;
    if (syscall(SYS_ptrace, (long)request, pid, address, &word) < 0) return -1;
    errno = 0;
    return word;
  }
  return syscall(SYS_ptrace, (long)request, pid, address, data);
}
