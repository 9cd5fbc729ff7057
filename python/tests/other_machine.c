/* Another machine, as a process sees it: preloaded, it moves the clock by CLOCK_AHEAD seconds and tells of CPUS
   processors, which threads are started for. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long asked(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int code = real(clock, now);
    if (code == 0 && clock == CLOCK_REALTIME) now->tv_sec += asked("CLOCK_AHEAD");
    return code;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *kept) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}

int sched_getaffinity(pid_t process, size_t size, cpu_set_t *mask) {
    (void)process;
    CPU_ZERO_S(size, mask);
    for (long cpu = 0; cpu < asked("CPUS"); cpu++) CPU_SET_S(cpu, size, mask);
    return 0;
}
