//go:build unix

package atomicfile_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/atomicfile"
)

func TestPermissions(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	dir := t.TempDir()
	for _, c := range []struct {
		name         string
		before, want fs.FileMode // before 0: no file
	}{
		{"new", 0, 0o640},
		{"private", 0o600, 0o600},
		{"open", 0o666, 0o666},
	} {
		path := filepath.Join(dir, c.name)
		if c.before != 0 {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.before); err != nil {
				t.Fatal(err)
			}
		}
		if err := atomicfile.WriteFile(path, text("x")); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != c.want {
			t.Errorf("%s: mode %v, want %v", c.name, info.Mode(), c.want)
		}
	}
}

func TestSymbolicLinks(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "real")
	for _, d := range []string{real, filepath.Join(real, "deep")} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	links := []struct{ name, to string }{
		{"relative", "real/model.goodfit"},
		{"absolute", filepath.Join(real, "model.goodfit")},
		{"chain", "relative"},
		{"folder", "real/deep"},
		{"through", "folder/../model.goodfit"}, // real/model.goodfit, not ./model.goodfit
	}
	for _, l := range links {
		if err := os.Symlink(l.to, filepath.Join(dir, l.name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"relative", "absolute", "chain", "through", "folder/../model.goodfit"} {
		for _, dangling := range []bool{false, true} {
			target := filepath.Join(real, "model.goodfit")
			if dangling {
				os.Remove(target)
			}
			if err := atomicfile.WriteFile(dir+"/"+name, text(name)); err != nil {
				t.Fatal(err)
			}
			wantFile(t, target, name)
			wantNames(t, real, "deep", "model.goodfit")
			wantNames(t, dir, "absolute", "chain", "folder", "real", "relative", "through")
		}
	}
}

func TestLinkLoop(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for a, b := range map[string]string{"a": "b", "b": "a"} {
		if err := os.Symlink(b, filepath.Join(dir, a)); err != nil {
			t.Fatal(err)
		}
	}
	err := atomicfile.WriteFile(path, text("x"))
	wantOneSentence(t, err, path)
	if !strings.HasSuffix(err.Error(), "too many levels of symbolic links") {
		t.Errorf("error %v", err)
	}
	wantNames(t, dir, "a", "b")
}

func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		got <- string(content)
	}()
	want := strings.Repeat("streamed ", 50_000)
	if err := atomicfile.WriteFile(path, text(want)); err != nil {
		t.Fatal(err)
	}
	if g := <-got; g != want {
		t.Errorf("reader got %d bytes, want %d", len(g), len(want))
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("the pipe was replaced: %v, %v", info.Mode(), err)
	}
}

func TestBrokenPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		f, err := os.Open(path)
		if err != nil {
			t.Error(err)
			return
		}
		f.Close()
	}()
	err := atomicfile.WriteFile(path, func(w io.Writer) error {
		for {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return err
			}
		}
	})
	wantOneSentence(t, err, path)
	if !errors.Is(err, syscall.EPIPE) {
		t.Errorf("error %v, want a broken pipe", err)
	}
}

func TestNullDevice(t *testing.T) {
	if err := atomicfile.WriteFile(os.DevNull, text("x")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(os.DevNull); err != nil || info.Mode()&fs.ModeDevice == 0 {
		t.Errorf("%s was replaced: %v, %v", os.DevNull, info.Mode(), err)
	}
}
