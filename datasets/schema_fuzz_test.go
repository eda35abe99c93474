package datasets_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
)

// Any bytes give a schema that is written and read back alike, or an error.
func FuzzSchemaJSON(f *testing.F) {
	for _, text := range []string{people, flowers} {
		data, err := json.Marshal(mustRead(f, text, datasets.CSVOptions{}).Schema(nil))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"rows":1e99}`))
	f.Add([]byte(`null`))
	table := mustRead(f, people, datasets.CSVOptions{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var s datasets.Schema
		if json.Unmarshal(data, &s) != nil {
			return
		}
		s.Summary()
		s.Warnings()
		if conformed, err := s.Conform(table); err == nil && len(conformed.Columns()) != len(s.Columns) {
			t.Fatalf("%d columns of %d", len(conformed.Columns()), len(s.Columns))
		}
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var read datasets.Schema
		if err := json.Unmarshal(again, &read); err != nil {
			t.Fatalf("%v in %s", err, again)
		}
		if a, b := normal(s), normal(read); !reflect.DeepEqual(a, b) {
			t.Fatalf("%+v\nreads back as %+v", a, b)
		}
	})
}

// normal makes nil of empty lists and drops what the JSON of a column leaves out.
func normal(s datasets.Schema) datasets.Schema {
	columns := s.Columns
	s.Columns = nil
	for _, c := range columns {
		if len(c.Levels) == 0 {
			c.Levels = nil
		}
		s.Columns = append(s.Columns, c)
	}
	return s
}

// Any bytes give an encoder that encodes or fails, or an error. The numbers it
// makes are finite.
func FuzzEncoderJSON(f *testing.F) {
	table := mustRead(f, people, datasets.CSVOptions{})
	for _, e := range []datasets.Encode{
		{}, {Unseen: datasets.UnseenError, MaxLevels: 2}, {DropFirst: true, Coding: datasets.CodeOrdinal},
		{Task: datasets.TaskRegression, Numbers: datasets.Impute{Indicator: true}},
	} {
		encoder, err := e.Fit(table, "y", nil)
		if err != nil {
			f.Fatal(err)
		}
		data, err := json.Marshal(encoder)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var e datasets.Encoder
		if json.Unmarshal(data, &e) != nil {
			return
		}
		if d, err := e.ApplyFeatures(table); err == nil {
			if err := d.Check(); err != nil {
				t.Fatal(err)
			}
		}
		if d, err := e.Apply(table); err == nil && d.Check() != nil {
			t.Fatal(d.Check())
		}
		if _, err := e.Unseen(table); err != nil && strings.Contains(err.Error(), "\n") {
			t.Fatal(err)
		}
		if _, err := json.Marshal(&e); err != nil {
			t.Fatal(err)
		}
	})
}
