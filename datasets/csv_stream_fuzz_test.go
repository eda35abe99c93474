package datasets_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
)

// Any bytes give, as a stream, what they give in memory: an error or the same rows.
func FuzzCSVStream(f *testing.F) {
	for _, text := range []string{people, flowers, "a;b\n0,5;1\n1;2\n", "y,a\nyes,1\nno,2\n", "1,2\n3,4\n", "a\n\n\"\"\n", "y,a\n1,1\n2,inf\n", "y,a\n1,\n,2\n"} {
		f.Add([]byte(text), false)
		f.Add([]byte(text), true)
	}
	path := filepath.Join(f.TempDir(), "data.csv")
	f.Fuzz(func(t *testing.T, data []byte, noHeader bool) {
		options := datasets.CSVOptions{NoHeader: noHeader, Name: "csv"}
		table, err := datasets.ReadCSV(bytes.NewReader(data), options)
		target := "y"
		if err == nil {
			target = table.Columns()[0].Name()
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, streamErr := datasets.CSVStream{Path: path, Options: options, Target: target}.Open(context.Background())
		var want *datasets.Dataset
		if err == nil {
			var e *datasets.Encoder
			if e, err = (datasets.Encode{}).Fit(table, target, nil); err == nil {
				want, err = e.Apply(table)
			}
		}
		if (err == nil) != (streamErr == nil) {
			t.Fatalf("%q: error %v of the stream, %v in memory", data, streamErr, err)
		}
		if err != nil {
			return
		}
		plan := datasets.BatchPlan{InOrder: true}
		rows, _ := rowsOfSource(t, s, plan)
		memory, _ := rowsOfSource(t, want.Tensors(), plan)
		if !slices.EqualFunc(rows, memory, slices.Equal) {
			t.Errorf("%q: rows %v of the stream, %v in memory", data, rows, memory)
		}
	})
}
