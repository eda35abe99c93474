package atomicfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/atomicfile"
)

// text returns a write function for s.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// wantFile fails unless path holds exactly want.
func wantFile(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s holds %.80q (%d bytes), want %.80q (%d bytes)", path, got, len(got), want, len(want))
	}
}

// wantNames fails unless dir holds exactly the named files: no temporary may
// be left.
func wantNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("directory holds %q, want %q", got, want)
	}
}

func TestWritesAndReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.goodfit")
	for _, content := range []string{"old", "new and longer", "", strings.Repeat("large ", 100_000)} {
		if err := atomicfile.WriteFile(path, text(content)); err != nil {
			t.Fatal(err)
		}
		wantFile(t, path, content)
	}
	wantNames(t, dir, "model.goodfit")
}

func TestWorkingDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := atomicfile.WriteFile("model.goodfit", text("x")); err != nil {
		t.Fatal(err)
	}
	wantFile(t, "model.goodfit", "x")
	wantNames(t, ".", "model.goodfit")
}

func TestLongestName(t *testing.T) {
	dir := t.TempDir()
	name := strings.Repeat("n", 255) // NAME_MAX
	if err := atomicfile.WriteFile(filepath.Join(dir, name), text("x")); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, name)
}

func TestFailedWriteLeavesOldFile(t *testing.T) {
	cause := errors.New("the model has no layers")
	late := func(w io.Writer) error {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			return err
		}
		return cause
	}
	for name, write := range map[string]func(io.Writer) error{
		"before the first byte": func(io.Writer) error { return cause },
		"after a megabyte":      late,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "model.goodfit")
			if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
				t.Fatal(err)
			}
			err := atomicfile.WriteFile(path, write)
			if want := "writing " + path + ": the model has no layers"; err == nil || err.Error() != want {
				t.Errorf("error %v, want %s", err, want)
			}
			if !errors.Is(err, cause) {
				t.Errorf("error %v does not wrap the cause", err)
			}
			wantFile(t, path, "old")
			wantNames(t, dir, "model.goodfit")
		})
	}
}

func TestPanicLeavesOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.goodfit")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if got := recover(); got != "fault" {
				t.Errorf("recovered %v, want the panic of write", got)
			}
		}()
		atomicfile.WriteFile(path, func(w io.Writer) error {
			w.Write([]byte("half"))
			panic("fault")
		})
	}()
	wantFile(t, path, "old")
	wantNames(t, dir, "model.goodfit")
}

func TestRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path, want string }{
		{"empty name", "", "writing a file: its name is empty"},
		{"directory", dir, "writing " + dir + ": it is a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := atomicfile.WriteFile(c.path, text("x"))
			if err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
	t.Run("missing directory", func(t *testing.T) {
		path := filepath.Join(dir, "none", "model.goodfit")
		err := atomicfile.WriteFile(path, text("x"))
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error %v, want a missing directory", err)
		}
		wantOneSentence(t, err, path)
	})
	wantNames(t, dir, "file")
}

// wantOneSentence fails unless err is "writing PATH: CAUSE" without a second
// colon, that is without the name of the temporary.
func wantOneSentence(t *testing.T, err error, path string) {
	t.Helper()
	prefix := "writing " + path + ": "
	if err == nil || !strings.HasPrefix(err.Error(), prefix) {
		t.Fatalf("error %v, want %sCAUSE", err, prefix)
	}
	if cause := strings.TrimPrefix(err.Error(), prefix); strings.Contains(cause, ":") || strings.Contains(cause, ".tmp") {
		t.Errorf("cause %q is not one sentence", cause)
	}
}

func TestConcurrentWriters(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.goodfit")
	const writers, size = 8, 200_000
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			content := bytes.Repeat([]byte{byte('a' + i)}, size)
			for range 5 {
				if err := atomicfile.WriteFile(path, text(string(content))); err != nil {
					t.Error(err)
				}
				checkUniform(t, path, size)
			}
		})
	}
	group.Wait()
	wantNames(t, dir, "model.goodfit")
}

// checkUniform fails unless path holds one writer's bytes, all of them.
func checkUniform(t *testing.T, path string, size int) {
	got, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	if len(got) != size || bytes.Count(got, got[:1]) != size {
		t.Errorf("file of %d bytes mixes writers", len(got))
	}
}
