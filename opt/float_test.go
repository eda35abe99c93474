package opt_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/goodfit-ml/goodfit/opt"
)

func ExampleFloat() {
	type Beta struct {
		Beta1 opt.Float `json:",omitzero"`
	}
	for _, b := range []Beta{{}, {0.5}, {opt.Zero}} {
		text, _ := json.Marshal(b)
		fmt.Println(b.Beta1.Or(0.9), string(text))
	}
	// Output:
	// 0.9 {}
	// 0.5 {"Beta1":0.5}
	// 0 {"Beta1":0}
}

func TestFloatRoundTrip(t *testing.T) {
	for _, f := range []opt.Float{0, opt.Zero, 1, -0.25, 1e-300} {
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var got opt.Float = 7
		if err := json.Unmarshal(text, &got); err != nil || got != f {
			t.Errorf("%s came back as %v, want %v (%v)", text, got, f, err)
		}
	}
	var f opt.Float
	if json.Unmarshal([]byte(`"x"`), &f) == nil {
		t.Error("text was taken for a number")
	}
}

func TestOf(t *testing.T) {
	for _, x := range []float64{0, 2, -1} {
		if got := opt.Of(x).Or(99); got != x {
			t.Errorf("Of(%g) holds %g", x, got)
		}
	}
	if opt.Float(0).IsSet() || !opt.Zero.IsSet() || opt.Zero.IsZero() {
		t.Error("unset and zero are mixed up")
	}
	if s := opt.Float(0).String() + " " + opt.Zero.String(); s != "unset 0" {
		t.Errorf("printed %q", s)
	}
}
