package callbacks

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/internal/atomicfile"
)

// CSVLog keeps the history in a CSV file: epoch first, counted from 0, then the
// series in the order of their names, as Keras's CSVLogger does. The file is
// written whole each time, at the end of an epoch but no more than once a second,
// and at the end of the fit, also of one that failed; so it is never half a file,
// and a killed fit loses a second at most.
type CSVLog struct {
	Path string // the file, in a folder that is there
}

// Start implements goodfit.Callback. It fails if Path is empty or its folder is
// not there.
func (c CSVLog) Start(*goodfit.Run) (goodfit.Watcher, error) {
	if strings.TrimSpace(c.Path) == "" {
		return nil, errors.New("CSVLog needs a Path")
	}
	if _, err := os.Stat(filepath.Dir(c.Path)); err != nil {
		return nil, err
	}
	return &csvLog{path: c.Path}, nil
}

type csvLog struct {
	path    string
	written time.Time
}

// EpochEnd implements goodfit.EpochEnder.
func (c *csvLog) EpochEnd(run *goodfit.Run) error {
	if time.Since(c.written) < time.Second {
		return nil
	}
	err := c.write(run)
	c.written = time.Now()
	return err
}

// FitEnd implements goodfit.FitEnder.
func (c *csvLog) FitEnd(run *goodfit.Run) error { return c.write(run) }

func (c *csvLog) write(run *goodfit.Run) error {
	return atomicfile.WriteFile(c.path, func(w io.Writer) error { return run.History().WriteCSV(w) })
}
