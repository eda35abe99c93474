package atomicfile_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/atomicfile"
)

func TestFullDevice(t *testing.T) {
	for name, size := range map[string]int{"on flush": 1, "on write": 1 << 20} {
		err := atomicfile.WriteFile("/dev/full", text(string(make([]byte, size))))
		if want := "writing /dev/full: no space left on device"; err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", name, err, want)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: error %v does not wrap ENOSPC", name, err)
		}
	}
}

// A limit on the size of files stands in for a disk that fills up midway.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.goodfit")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	limited := old
	limited.Cur = 100_000
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limited); err != nil {
		t.Fatal(err)
	}
	err := atomicfile.WriteFile(path, text(string(make([]byte, 1<<20))))
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(err, syscall.EFBIG) {
		t.Errorf("error %v, want EFBIG", err)
	}
	wantOneSentence(t, err, path)
	wantFile(t, path, "old")
	wantNames(t, dir, "model.goodfit")
}

func TestReadOnlyDirectory(t *testing.T) {
	dir := publicDir(t)
	path := filepath.Join(dir, "model.goodfit")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	err := asOrdinaryUser(func() error { return atomicfile.WriteFile(path, text("new")) })
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("error %v, want permission denied", err)
	}
	wantOneSentence(t, err, path)
	wantFile(t, path, "old")
	wantNames(t, dir, "model.goodfit")
}

// A directory that may be written but not read cannot be synced; that is no
// reason to report a failure for a file that is in place.
func TestUnreadableDirectory(t *testing.T) {
	dir := publicDir(t)
	path := filepath.Join(dir, "model.goodfit")
	if err := os.Chmod(dir, 0o333); err != nil {
		t.Fatal(err)
	}
	if err := asOrdinaryUser(func() error { return atomicfile.WriteFile(path, text("new")) }); err != nil {
		t.Error(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, "new")
}

// publicDir makes a temporary directory below one that any user may pass
// through.
func publicDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// asOrdinaryUser runs do with the file permissions of nobody if the tests run
// as root, who may write everywhere. The identity is the thread's, which ends
// with the goroutine that locked it.
func asOrdinaryUser(do func() error) error {
	result := make(chan error)
	go func() {
		runtime.LockOSThread()
		if os.Geteuid() == 0 {
			if err := syscall.Setfsuid(65534); err != nil {
				result <- err
				return
			}
		}
		result <- do()
	}()
	return <-result
}

// Output names of the running process: a child writes to its own descriptors,
// because the test's are the test runner's.
func TestDescriptors(t *testing.T) {
	if path := os.Getenv("ATOMICFILE_TEST_PATH"); path != "" {
		io.WriteString(os.Stdout, "before ")
		if err := atomicfile.WriteFile(path, text("content")); err != nil {
			io.WriteString(os.Stderr, err.Error())
			os.Exit(1)
		}
		io.WriteString(os.Stdout, " after")
		os.Exit(0)
	}
	for _, path := range []string{"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"} {
		want := "before content after"
		t.Run(path+" to a pipe", func(t *testing.T) {
			var out bytes.Buffer
			runChild(t, path, &out)
			if out.String() != want {
				t.Errorf("output %q, want %q", out.String(), want)
			}
		})
		t.Run(path+" to a file", func(t *testing.T) {
			out, err := os.Create(filepath.Join(t.TempDir(), "out"))
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			runChild(t, path, out)
			wantFile(t, out.Name(), want)
		})
	}
	t.Run("another descriptor", func(t *testing.T) {
		out, err := os.Create(filepath.Join(t.TempDir(), "out"))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		if _, err := out.WriteString("before "); err != nil {
			t.Fatal(err)
		}
		runChild(t, "/dev/fd/3", io.Discard, out)
		wantFile(t, out.Name(), "before content")
	})
	t.Run("closed descriptor", func(t *testing.T) {
		err := atomicfile.WriteFile("/dev/fd/999999", text("x"))
		wantOneSentence(t, err, "/dev/fd/999999")
	})
}

func runChild(t *testing.T, path string, stdout io.Writer, extra ...*os.File) {
	t.Helper()
	var stderr bytes.Buffer
	child := exec.Command(os.Args[0], "-test.run=^TestDescriptors$")
	child.Env = append(os.Environ(), "ATOMICFILE_TEST_PATH="+path)
	child.Stdout, child.Stderr, child.ExtraFiles = stdout, &stderr, extra
	if err := child.Run(); err != nil {
		t.Fatalf("%v: %s", err, &stderr)
	}
}
