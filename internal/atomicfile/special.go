package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxLinks is how many symbolic links in a row Linux follows.
const maxLinks = 40

// resolve follows the symbolic links at path to their last target, which need
// not exist, or to an open descriptor's name.
//
// Paths are joined without cleaning: "link/../x" is not "x" if link leads
// elsewhere.
func resolve(path string) (string, error) {
	for range maxLinks {
		if isDescriptor(path) {
			return path, nil
		}
		link, err := os.Readlink(path)
		if err != nil { // not a link, or missing
			return path, nil
		}
		if !filepath.IsAbs(link) {
			dir, _ := filepath.Split(path)
			link = dir + link
		}
		path = link
	}
	return "", errors.New("too many levels of symbolic links")
}

// isDescriptor reports a name that stands for one of the process's open files.
// Such a name links to the open file, which must not be replaced: the
// descriptor would go on pointing to the old one.
func isDescriptor(path string) bool {
	return strings.HasPrefix(path, "/proc/") || strings.HasPrefix(path, "/dev/fd/")
}

// writeDirect writes to a device, a pipe or an open descriptor. Output that
// was redirected to a file is added to its end.
func writeDirect(target string, write func(io.Writer) error) error {
	switch target {
	case "/proc/self/fd/1", "/dev/fd/1":
		return fill(os.Stdout, write)
	case "/proc/self/fd/2", "/dev/fd/2":
		return fill(os.Stderr, write)
	}
	f, err := os.OpenFile(target, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return bare(err)
	}
	defer f.Close() // after a failed write; a second Close does nothing
	if err := fill(f, write); err != nil {
		return err
	}
	return bare(f.Close())
}
