package atomicfile_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/goodfit-ml/goodfit/internal/atomicfile"
)

func ExampleWriteFile() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	path := filepath.Join(dir, "history.csv")
	err = atomicfile.WriteFile(path, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, "epoch,loss")
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	content, err := os.ReadFile(path)
	fmt.Print(string(content), err)
	// Output:
	// epoch,loss
	// <nil>
}
