/* Calls of the system that reach a disk: one of them fails, or writes only half.

   Loaded before the C library, so that the database's own calls go through it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

static long at, n;
static int kind;

/* From now on the call of this number fails with this error; one of 0 writes half. */
void fail_at(long which, int error) { at = which; n = 0; kind = error; }
long count(void) { return n; }

static int fails(int fd) { return at && fd > 2 && ++n == at; }

#define REAL(call)                                                                                \
  static __typeof__(call) *real;                                                                  \
  if (!real) real = (__typeof__(call) *)dlsym(RTLD_NEXT, #call)

#define WRITES_AT(call, offset_type)                                                              \
  ssize_t call(int fd, const void *from, size_t size, offset_type offset) {                       \
    REAL(call);                                                                                   \
    if (!fails(fd)) return real(fd, from, size, offset);                                          \
    if (!kind) return real(fd, from, (size + 1) / 2, offset);                                     \
    errno = kind;                                                                                 \
    return -1;                                                                                    \
  }
WRITES_AT(pwrite, off_t)
WRITES_AT(pwrite64, off64_t)

ssize_t write(int fd, const void *from, size_t size) {
  REAL(write);
  if (!fails(fd)) return real(fd, from, size);
  if (!kind) return real(fd, from, (size + 1) / 2);
  errno = kind;
  return -1;
}

#define OF_A_FILE(call)                                                                           \
  int call(int fd) {                                                                              \
    REAL(call);                                                                                   \
    if (!kind || !fails(fd)) return real(fd);                                                     \
    errno = kind;                                                                                 \
    return -1;                                                                                    \
  }
OF_A_FILE(fsync)
OF_A_FILE(fdatasync)

#define SIZES(call, offset_type)                                                                  \
  int call(int fd, offset_type size) {                                                            \
    REAL(call);                                                                                   \
    if (!kind || !fails(fd)) return real(fd, size);                                               \
    errno = kind;                                                                                 \
    return -1;                                                                                    \
  }
SIZES(ftruncate, off_t)
SIZES(ftruncate64, off64_t)
