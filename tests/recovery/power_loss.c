/* A power loss for one folder: what was not synced is gone.

Loaded with LD_PRELOAD. After `arm(folder, disks, told)`, every fsync and fdatasync of a file below the folder makes two
moments: before it has reached the disk, and after it. `disks`/N is the disk at moment N: of each file a copy as it was when
it was synced last. At that moment N is written to the pipe `told`: what stands before it there was said before the power
failed. `disks`/0 is the disk as it is in the beginning. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX], disks[PATH_MAX];
static long moment;
static int told;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

void arm(const char *of, const char *to, int pipe) {
    snprintf(folder, sizeof folder, "%s/", of);
    snprintf(disks, sizeof disks, "%s", to);
    moment = 0;
    told = pipe;
}

/* A copied file never changes: the next disk shares it. */
static void share(const char *from, const char *to) {
    char one[PATH_MAX], other[PATH_MAX];
    DIR *all = opendir(from);
    mkdir(to, 0700);
    for (struct dirent *entry; all && (entry = readdir(all));) {
        if (entry->d_name[0] == '.' && (!entry->d_name[1] || entry->d_name[1] == '.')) continue;
        if (snprintf(one, sizeof one, "%s/%s", from, entry->d_name) >= (int)sizeof one) continue;
        if (snprintf(other, sizeof other, "%s/%s", to, entry->d_name) >= (int)sizeof other) continue;
        if (link(one, other)) share(one, other);
    }
    if (all) closedir(all);
}

/* The disk of the next moment, so far the same. */
static void next(void) {
    char from[PATH_MAX + 32], to[PATH_MAX + 32];
    snprintf(from, sizeof from, "%s/%ld", disks, moment);
    snprintf(to, sizeof to, "%s/%ld", disks, ++moment);
    share(from, to);
}

static void tell(void) { dprintf(told, "{\"moment\": %ld}\n", moment); }

static void make_folders(char *path) {
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
}

static void keep(const char *path, const char *name) {
    char to[2 * PATH_MAX], new[2 * PATH_MAX + 8], block[65536];
    ssize_t size;
    snprintf(to, sizeof to, "%s/%ld/%s", disks, moment, name);
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
    next();
    tell();
    next();
    keep(path, path + strlen(folder));
    tell();
    pthread_mutex_unlock(&turn);
    return 0;
}

int fsync(int file) { return synced(file, "fsync"); }
int fdatasync(int file) { return synced(file, "fdatasync"); }
