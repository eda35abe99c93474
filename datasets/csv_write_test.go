package datasets_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/goodfit-ml/goodfit/datasets"
)

func TestTableWriteCSV(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"a;b\n1,50;x\n;y\n2,5;\n", "a,b\n1.5,x\n,y\n2.5,\n"},
		{"a\n1.0\n\"\"\n+2e3\n", "a\n1\nNA\n2000\n"},
		{"a,b\n1,x\nNA,NA\n", "a,b\n1,x\nNA,\n"},
		{"a,b\n1,Yes\n2,NO\n3,yes\n", "a,b\n1,Yes\n2,NO\n3,yes\n"},
		{"\"#a\",\"%PDF-1.b\"\n#x,1\n#y,2\n", "\"#a\",\"%PDF-1.b\"\n\"#x\",1\n\"#y\",2\n"},
		{"\"\ufeffa\",b\nx,1\n", "\"\ufeffa\",b\nx,1\n"},
		{"\"a,b\",\"c\"\"d\"\n\"x\ny\",\"1;2\"\n", "\"a,b\",\"c\"\"d\"\n\"x\ny\",\"1;2\"\n"},
	} {
		var got bytes.Buffer
		if err := mustRead(t, tt.text, datasets.CSVOptions{}).WriteCSV(&got); err != nil || got.String() != tt.want {
			t.Errorf("%q is written %q (%v), want %q", tt.text, got.String(), err, tt.want)
		}
	}
}

// Whatever a table holds reads back: every bit of every number, every text that
// is no missing token, every missing cell.
func TestTableRoundTrip(t *testing.T) {
	texts := rapid.Map(rapid.StringOfN(rapid.SampledFrom([]rune("aé\",;|\t\n x0.#日")), 0, 6, -1), strings.TrimSpace)
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(r, "rows")
		numbers := rapid.SliceOfN(rapid.Float64(), n, n).Draw(r, "numbers")
		for i, x := range numbers {
			if math.IsInf(x, 0) {
				numbers[i] = nan
			}
		}
		name := "n" + texts.Draw(r, "name")
		table, err := datasets.NewTable(datasets.NumberColumn(name, numbers),
			datasets.CategoryColumn("texts", rapid.SliceOfN(texts, n, n).Draw(r, "texts")),
			datasets.BooleanColumn("truth", rapid.SliceOfN(rapid.Bool(), n, n).Draw(r, "truth")))
		if err != nil {
			r.Skip("two columns of one name")
		}
		var b bytes.Buffer
		if err := table.WriteCSV(&b); err != nil {
			r.Fatal(err)
		}
		again, err := datasets.ReadCSV(&b, datasets.CSVOptions{Kinds: map[string]datasets.Kind{"texts": datasets.Category}})
		if err != nil {
			r.Fatal(err)
		}
		got, err := again.Column(name)
		if err != nil {
			r.Fatal(err)
		}
		for i, x := range got.Numbers() {
			if math.Float64bits(x) != math.Float64bits(numbers[i]) && x == x {
				r.Fatalf("%v reads back as %v", numbers[i], x)
			}
		}
		if got, want := cellsOf(again), cellsOf(table); !slices.EqualFunc(got, want, slices.Equal) {
			r.Fatalf("cells %q read back as %q", want, got)
		}
	})
}

func TestDatasetWriteCSV(t *testing.T) {
	values := []float64{0.1, 1e-7, -0.0000012345, 1 / 3.0, math.MaxFloat64, math.SmallestNonzeroFloat64, -5e20, 123456789012, math.Copysign(0, -1), 1e21}
	d := &datasets.Dataset{X: mat.NewDense(5, 2, values), Y: mat.NewDense(5, 1, []float64{0, 1, 1, 0, 1})}
	var b bytes.Buffer
	if err := d.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	want := "x1,x2,y\n0.1,1e-07,0\n-0.0000012345,0.3333333333333333,1\n" +
		"1.7976931348623157e+308,5e-324,1\n-500000000000000000000,123456789012,0\n-0,1e+21,1\n"
	if b.String() != want {
		t.Errorf("written\n%s\nwant\n%s", b.String(), want)
	}
	table := mustRead(t, b.String(), datasets.CSVOptions{})
	for i, x := range values {
		if got := table.Columns()[i%2].Numbers()[i/2]; math.Float64bits(got) != math.Float64bits(x) {
			t.Errorf("%v reads back as %v", x, got)
		}
	}
	if err := (&datasets.Dataset{}).WriteCSV(&b); err == nil {
		t.Error("a file of no rows")
	}
	for room := range b.Len() / 8 {
		if err := d.WriteCSV(&full{room: room}); !errors.Is(err, errFull) {
			t.Fatalf("with room for %d bytes: error %v", room, err)
		}
	}
}

var errFull = errors.New("no space left")

// full takes some bytes and then fails.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return f.room, errFull
	}
	f.room -= len(p)
	return len(p), nil
}
