package curves_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
)

// TestRead reads every file of testdata/read: comment lines, the input, "----", the history as CSV.
func TestRead(t *testing.T) {
	files, err := filepath.Glob("testdata/read/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata/read: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			input, want := readScript(t, file)
			for _, in := range []string{
				input, strings.TrimSuffix(input, "\n"), strings.ReplaceAll(input, "\n", "\r\n"), "\xef\xbb\xbf" + input,
			} {
				h, err := curves.Read(strings.NewReader(in))
				if err != nil {
					t.Fatal(err)
				}
				if got := csvOf(t, h); got != want {
					t.Errorf("got\n%swant\n%s", got, want)
				}
			}
		})
	}
}

func readScript(t *testing.T, file string) (input, want string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for bytes.HasPrefix(text, []byte("#")) {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	input, want, ok := strings.Cut(string(text), "----\n")
	if !ok {
		t.Fatalf("%s has no line ----", file)
	}
	return input, want
}

func csvOf(t *testing.T, h *curves.History) string {
	t.Helper()
	var b strings.Builder
	if err := h.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReadDirections(t *testing.T) {
	h, err := curves.Read(strings.NewReader("epoch,acc,loss,lr,val_auc_1,out_mae,novelty\n0,1,1,1,1,1,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]curves.Direction{
		"accuracy": curves.Maximize, "loss": curves.Minimize, "rate": curves.Unknown,
		"val_auc_1": curves.Maximize, "out_mae": curves.Minimize, "novelty": curves.Unknown,
	}
	for name, d := range want {
		if got := h.Direction(name); got != d || len(h.Series) != len(want) {
			t.Errorf("%s: %v, want %v (series %q)", name, got, d, h.Names())
		}
	}
	h, err = curves.Read(strings.NewReader(`{"format":"goodfit-history","version":1,"series":[
		{"name":"loss","direction":"maximize","values":[1]},{"name":"accuracy","direction":"unknown","values":[1]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if h.Direction("loss") != curves.Maximize || h.Direction("accuracy") != curves.Unknown {
		t.Errorf("own JSON: directions %v, %v, want those of the file", h.Direction("loss"), h.Direction("accuracy"))
	}
}

// TestReadErrors states each message whole: one sentence with place, finding and expectation.
func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"white space", " \n\t\n", "the file is empty"},
		{"binary", "PK\x03\x04\x00\x00", "the file is binary, expected CSV or JSON text"},
		{"no rows", "epoch,loss\n", "the file has a header but no rows"},
		{"no header", "0,0.5\n1,0.4\n", `line 1, column 1: "0" in the first line, expected a header with the names of the columns`},
		{"column twice", "epoch,loss,loss\n0,1,1\n", `line 1, column 12: column "loss" given twice`},
		{"two names of one series", "epoch,acc,accuracy\n0,1,1\n", `line 1, column 11: a second column for the series "accuracy"`},
		{"short row", "epoch,loss\n0,1\n1\n", "line 3, column 1: 1 fields, expected 2 as in the header"},
		{"long row", "epoch,loss\n0,1,2\n", "line 2, column 1: 3 fields, expected 2 as in the header"},
		{"text cell", "epoch,loss\n0,1\n1,low\n", `line 3, column 3: "low" in column "loss", expected a number`},
		{"hexadecimal", "epoch,loss\n0,0x10\n1,2\n", `line 2, column 3: "0x10" in column "loss", expected a number`},
		{"text only", "a,b\nx,y\n", "no numeric series in the file"},
		{"epochs alone", "epoch\n0\n1\n", "no numeric series in the file"},
		{"open quote", "epoch,loss\n0,\"1\n", "line 2, column 6: extraneous or missing \" in quoted-field"},
		{"epochs backwards", "epoch,step,loss\n0,1,1\n2,2,1\n1,3,1\n", "line 4, column 1: epoch 1 after epoch 2, expected epochs in ascending order"},
		{"JSON scalar list", "[1, 2]", "line 1, column 1: a list of numbers without a name, expected an object with a list per name"},
		{"empty list", "[]", "line 1, column 1: an empty list, expected records or numbers"},
		{"list of strings", `["a"]`, "line 1, column 2: a list of what is a string, expected a list of records, or an object with a list per name"},
		{"many columns", strings.Repeat("a,", 5000), "more than 4096 columns"},
		{"many values", "[" + strings.Repeat("[[]],", 1<<20), "line 1, column 5242878: more than 2097152 values outside lists of numbers"},
		{"epoch of text", "epoch,step,loss\nfirst,1,1\n", `line 2, column 1: "first" in column "epoch", expected a number`},
		{"empty object", "{}", "no numeric series in the file"},
		{"empty series", `{"loss": []}`, "no numeric series in the file"},
		{"number for a list", `{"loss": 0.5}`, `line 1, column 10: "loss" is a number, expected a list of numbers`},
		{"text for a list", "{\n  \"loss\": \"low\"\n}", `line 2, column 11: "loss" is a string, expected a list of numbers`},
		{"text in a list", `{"loss": [0.5, "low"]}`, `line 1, column 16: "low" in the list "loss", expected a number`},
		{"list in a list", `{"loss": [[0.5]]}`, `line 1, column 11: a list in the list "loss", expected a number`},
		{"key twice", "{\"loss\": [1],\n \"loss\": [2]}", `line 2, column 2: key "loss" again, it stands at line 1, column 2 already`},
		{"series twice", `{"acc": [1], "accuracy": [1]}`, `line 1, column 14: a second column for the series "accuracy"`},
		{"cut off", `{"loss": [1,`, "line 1, column 13: the file ends where a value is expected"},
		{"cut off in a list", `{"loss": [1`, "line 1, column 12: end of file in a list, expected ',' or ']'"},
		{"no colon", `{"loss" [1]}`, `line 1, column 9: '[' after key "loss", expected ':'`},
		{"no comma", `{"loss": [1 2]}`, "line 1, column 13: '2' in a list, expected ',' or ']'"},
		{"bare key", `{loss: [1]}`, "line 1, column 2: 'l' in an object, expected a key in quotes"},
		{"faulty number", `{"loss": [1.2.3]}`, `line 1, column 11: "1.2.3" is not a number`},
		{"open string", `{"loss`, "line 1, column 2: a string without its closing quote"},
		{"line break in a string", "{\"lo\nss\": 1}", "line 1, column 2: a string that runs over the end of its line or holds a control character"},
		{"faulty escape", `{"lo\qss": [1]}`, "line 1, column 2: a string with a faulty escape"},
		{"two values", `{"loss": [1]} {}`, "line 1, column 15: '{' after the end of the JSON value"},
		{"deep", strings.Repeat("[", 100), "line 1, column 34: lists and objects nested deeper than 32"},
		{"mixed records", `[{"loss": 1}, 2]`, "line 1, column 15: a number in a list of records, expected an object"},
		{"triples", `[[1, 2, 3], [1, 2]]`, "line 1, column 13: a list, expected the list [wall time, step, value]"},
		{"other format", `{"format": "x", "loss": [1]}`, `line 1, column 12: format "x", expected "goodfit-history"`},
		{"other version", `{"format": "goodfit-history", "version": 2}`, "line 1, column 1: a history of another version than 1, which this program does not read"},
		{"own direction", `{"format":"goodfit-history","version":1,"series":[{"name":"a","direction":"up","values":[]}]}`,
			`line 1, column 75: direction "up", expected minimize, maximize or unknown`},
		{"own without values", `{"format":"goodfit-history","version":1,"series":[{"name":"a","direction":"minimize"}]}`,
			`line 1, column 51: series "a" without values`},
		{"own series twice", `{"format":"goodfit-history","version":1,"series":[{"name":"a","direction":"minimize","values":[]},{"name":"a","direction":"minimize","values":[]}]}`,
			`line 1, column 99: a second series "a"`},
		{"own layer twice", `{"format":"goodfit-history","version":1,"layers":[{"layer":"a"},{"layer":"a"}]}`,
			`line 1, column 65: a second layer "a"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := curves.Read(strings.NewReader(c.text))
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	scalar := []byte("Wall time,Step,Value\n1,0,0.5\n2,1,0.25\n")
	for name, want := range map[string]string{
		"run-train-tag-epoch_loss.csv":          "loss",
		"run-fit_validation-tag-epoch_loss.csv": "val_loss",
		"run-.-tag-epoch_accuracy.csv":          "accuracy",
		"scalars.csv":                           "value",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, scalar, 0o600); err != nil {
			t.Fatal(err)
		}
		h, err := curves.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if h.Names()[0] != want || h.Direction(want) != curves.KnownDirection(want) {
			t.Errorf("%s: series %q, %v; want %q", name, h.Names(), h.Direction(want), want)
		}
	}
	path := filepath.Join(dir, "broken.json")
	if err := os.WriteFile(path, []byte(`{"loss": 1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := curves.ReadFile(path); err == nil || !strings.HasPrefix(err.Error(), path+": line 1, column 10: ") {
		t.Errorf("got %v, want an error that begins with the path and the place", err)
	}
	if _, err := curves.ReadFile(filepath.Join(dir, "none.csv")); !os.IsNotExist(err) {
		t.Errorf("got %v, want that the file does not exist", err)
	}
}

// FuzzRead holds Read to its promises for any text: it ends, and what it accepts has a series, can
// be diagnosed, and survives a round trip through both of goodfit's own forms.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/read/*.txt")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for bytes.HasPrefix(text, []byte("#")) {
			_, text, _ = bytes.Cut(text, []byte("\n"))
		}
		input, _, _ := bytes.Cut(text, []byte("----\n"))
		f.Add(input)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := curves.Read(bytes.NewReader(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of several lines: %q", err)
			}
			return
		}
		_ = curves.Diagnose(h).String()
		json, err := h.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := curves.Read(bytes.NewReader(json))
		if err != nil {
			t.Fatalf("%v in %s", err, json)
		}
		if got, want := csvOf(t, again), csvOf(t, h); got != want {
			t.Errorf("after a round trip\n%swant\n%s", got, want)
		}
	})
}
