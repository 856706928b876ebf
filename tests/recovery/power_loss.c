/* A power loss for one folder: what was not synced is gone.

Loaded with LD_PRELOAD. After `arm(folder, kept, at)`, every fsync and fdatasync of a file below the folder puts a copy of
it, as it is then, below `kept`: that is the disk. `at` counts moments, two for each sync: before it has reached the disk,
and after it. At that moment the process is killed. `moments()` says how many there were. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX], kept[PATH_MAX];
static long kill_at, moment;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

void arm(const char *of, const char *to, long at) {
    snprintf(folder, sizeof folder, "%s/", of);
    snprintf(kept, sizeof kept, "%s/", to);
    kill_at = at;
    moment = 0;
}

long moments(void) { return moment; }

static void pass(void) {
    if (++moment == kill_at) kill(getpid(), SIGKILL);
}

static void make_folders(char *path) {
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
}

static void keep(const char *path, const char *name) {
    char to[PATH_MAX + NAME_MAX], new[PATH_MAX + NAME_MAX + 8], block[65536];
    ssize_t size;
    snprintf(to, sizeof to, "%s%s", kept, name);
    snprintf(new, sizeof new, "%s.new", to);
    make_folders(to);
    int from = open(path, O_RDONLY), into = open(new, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    while (from >= 0 && into >= 0 && (size = read(from, block, sizeof block)) > 0)
        if (write(into, block, size) != size) break;
    close(from);
    close(into);
    rename(new, to);
}

static int synced(int file, const char *call) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, call);
    char link[64], path[PATH_MAX];
    struct stat about;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = folder[0] ? readlink(link, path, sizeof path - 1) : -1;
    if (length < 0) return real(file);
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder)) || strstr(path, " (deleted)") || fstat(file, &about) || !S_ISREG(about.st_mode))
        return real(file);
    pthread_mutex_lock(&turn);
    pass();
    keep(path, path + strlen(folder));
    pass();
    pthread_mutex_unlock(&turn);
    return 0;
}

int fsync(int file) { return synced(file, "fsync"); }
int fdatasync(int file) { return synced(file, "fdatasync"); }
