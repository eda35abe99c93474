package curves

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxFile bounds what Read takes, in bytes.
const maxFile = 64 << 20

// ReadFile reads the learning curves in a file, as [Read] does. Its errors begin with the path. For
// a TensorBoard export, which does not name its series, the name comes from the file's name:
// "run-validation-tag-epoch_loss.csv" gives "val_loss".
func ReadFile(path string) (*History, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	h, err := Read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(h.Series) == 1 && h.Series[0].Name == scalarName {
		if name, ok := scalarNameOf(filepath.Base(path)); ok {
			h.Series[0].Name, h.Series[0].Direction = name, KnownDirection(name)
		}
	}
	return h, nil
}

// Read reads learning curves in any of these forms, which it tells apart by the content:
//
//   - goodfit's history.csv and JSON;
//   - CSV with a header and a row per epoch, separated by commas, semicolons or tabs: Keras'
//     CSVLogger, fastai's CSVLogger (whose metrics are measured on the validation set), and any
//     other with numeric columns;
//   - PyTorch Lightning's metrics.csv, whose several rows per epoch are merged: a quantity logged
//     more than once in an epoch counts by its mean;
//   - JSON with a list of numbers per name: Keras' History.history, or scikit-learn's loss_curve_
//     and validation_scores_; also pandas' to_json of either;
//   - JSON with a list of records, as Hugging Face's log_history, merged by epoch as Lightning's;
//   - TensorBoard's scalar export as CSV (Wall time, Step, Value) or JSON (a list of triples), which
//     gives one series named "value".
//
// Names become goodfit's: "acc" is read as "accuracy", "train_loss" as "loss", "valid_loss" as
// "val_loss", "lr" as "rate". Directions come from [KnownDirection], except in goodfit's own JSON,
// which states them. An empty cell, NA and null are NaN.
//
// Left out are what is no curve: wall time, step numbers, per-step forms of a quantity that has a
// per-epoch form, scores measured once after training, and the last epoch of an interrupted run if
// it has no training loss yet.
//
// It fails with line and column on text that is none of these, on a name given twice, on a file
// without a numeric series, and on files over 64 MiB.
func Read(r io.Reader) (*History, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("the file is larger than %d MiB", maxFile>>20)
	}
	text = bytes.ToValidUTF8(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), []byte("\ufffd"))
	content := bytes.TrimSpace(text)
	switch {
	case len(content) == 0:
		return nil, errors.New("the file is empty")
	case bytes.IndexByte(content, 0) >= 0:
		return nil, errors.New("the file is binary, expected CSV or JSON text")
	case content[0] == '{' || content[0] == '[':
		return readJSON(text)
	}
	return readCSV(text)
}

// scalarName is the name of a TensorBoard series, whose file does not say what it is.
const scalarName = "value"

// scalarNameOf takes the series' name from that of a TensorBoard export, "run-RUN-tag-TAG.csv".
func scalarNameOf(file string) (string, bool) {
	file = strings.TrimSuffix(file, filepath.Ext(file))
	before, tag, ok := strings.Cut(file, "tag-")
	if !ok || tag == "" {
		return "", false
	}
	name := canonicalName(strings.TrimPrefix(tag, "epoch_"))
	run := strings.Trim(before, "-_.")
	if strings.HasSuffix(run, "validation") || strings.HasSuffix(run, "val") {
		name = "val_" + strings.TrimPrefix(name, "val_")
	}
	return name, true
}
