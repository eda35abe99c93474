// Package atomicfile writes files whole or not at all.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
)

const bufferSize = 64 << 10

// WriteFile makes the file at path hold exactly what write writes, or leaves
// it as it was.
//
// The bytes go to a temporary file in the same directory, which is synced and
// renamed over path; then the directory is synced, so that the new file
// survives a power cut. A reader sees the old file or the new one, never a mix;
// of several writers the last to finish wins. If write fails or panics, the
// disk is full, or anything else goes wrong before the rename, the temporary
// is removed and path is untouched. A process killed in between leaves a file
// named .goodfit-*.tmp behind, which may be deleted.
//
// A new file has mode 0644 less the umask; a file that is replaced keeps its
// permission bits. A symbolic link is followed and its target replaced, or
// made if it is missing. A device, a pipe or an open descriptor (/dev/stdout,
// /dev/fd/3) is written to directly, and then a failure may come after the
// first bytes.
//
// Errors read "writing PATH: CAUSE" and wrap the cause, which is write's own
// error if that came first.
func WriteFile(path string, write func(io.Writer) error) error {
	if path == "" {
		return errors.New("writing a file: its name is empty")
	}
	if err := writeFile(path, write); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

func writeFile(path string, write func(io.Writer) error) error {
	target, err := resolve(path)
	if err != nil {
		return err
	}
	if isDescriptor(target) {
		return writeDirect(target, write)
	}
	perm := fs.FileMode(0)
	switch info, err := os.Stat(target); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return bare(err)
	case info.IsDir():
		return errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return writeDirect(target, write)
	default:
		perm = info.Mode().Perm()
	}
	return replace(target, perm, write)
}

// replace writes a temporary beside target and renames it over target.
// A perm of 0 means a new file.
func replace(target string, perm fs.FileMode, write func(io.Writer) error) error {
	dir, _ := filepath.Split(target)
	temp, err := createTemp(dir)
	if err != nil {
		return err
	}
	renamed := false
	defer func() { // also on a panic of write
		if !renamed {
			temp.Close()
			os.Remove(temp.Name())
		}
	}()
	if err := fill(temp, write); err != nil {
		return err
	}
	if perm != 0 {
		if err := temp.Chmod(perm); err != nil {
			return bare(err)
		}
	}
	if err := temp.Sync(); err != nil {
		return bare(err)
	}
	if err := temp.Close(); err != nil {
		return bare(err)
	}
	if err := os.Rename(temp.Name(), target); err != nil {
		return bare(err)
	}
	renamed = true
	return bare(syncDir(dir))
}

// createTemp makes a new file in dir ("" is the working directory). Its name
// does not grow with the target's, which may already be as long as allowed.
func createTemp(dir string) (*os.File, error) {
	for range 1000 {
		name := dir + ".goodfit-" + strconv.FormatUint(rand.Uint64(), 36) + ".tmp"
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, bare(err)
		}
	}
	return nil, errors.New("no free name for a temporary file")
}

// fill runs write on a buffer in front of f and flushes it.
func fill(f *os.File, write func(io.Writer) error) error {
	buffered := bufio.NewWriterSize(bareWriter{f}, bufferSize)
	if err := write(buffered); err != nil {
		return err
	}
	return buffered.Flush()
}

// bareWriter reports errors without the temporary's name.
type bareWriter struct{ f *os.File }

func (w bareWriter) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	return n, bare(err)
}

// bare strips the operation and the path that package os puts before a cause.
func bare(err error) error {
	switch e := err.(type) {
	case *fs.PathError:
		return e.Err
	case *os.LinkError:
		return e.Err
	case *os.SyscallError:
		return e.Err
	}
	return err
}
