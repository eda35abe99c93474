package callbacks

import (
	"errors"
	"io"
	"time"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/internal/atomicfile"
)

// CSVLog keeps the history in a CSV file: epoch first, then the series in the
// order of their names, as Keras's CSVLogger does. The file is written whole each
// time, at the end of an epoch but no more than once a second, and at the end of
// the fit; so it is never half a file, and a killed fit loses a second at most.
type CSVLog struct {
	Path string
}

// Start implements goodfit.Callback. It fails if Path is empty.
func (c CSVLog) Start(*goodfit.Run) (goodfit.Watcher, error) {
	if c.Path == "" {
		return nil, errors.New("CSVLog needs a Path")
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
	c.written = time.Now()
	return writeHistory(c.path, run.History())
}

// FitEnd implements goodfit.FitEnder.
func (c *csvLog) FitEnd(run *goodfit.Run) error { return writeHistory(c.path, run.History()) }

func writeHistory(path string, h *curves.History) error {
	return atomicfile.WriteFile(path, func(w io.Writer) error { return h.WriteCSV(w) })
}
