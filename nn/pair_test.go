package nn_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
)

func TestPair(t *testing.T) {
	for _, c := range []struct {
		pair       nn.Pair
		rows, cols int
		text, json string
	}{
		{0, 0, 0, "0", "0"},
		{3, 3, 3, "3", "3"},
		{nn.PairOf(3, 3), 3, 3, "3", "3"},
		{nn.PairOf(3, 5), 3, 5, "3×5", "[3,5]"},
		{nn.PairOf(0, 5), 0, 5, "0×5", "[0,5]"},
		{nn.PairOf(5, 0), 5, 0, "5×0", "[5,0]"},
		{nn.PairOf(-4, 1), 0, 1, "0×1", "[0,1]"},
		{nn.PairOf(math.MaxInt32, 1), math.MaxInt32, 1, "2147483647×1", "[2147483647,1]"},
		{nn.PairOf(1, math.MaxInt32), 1, math.MaxInt32, "1×2147483647", "[1,2147483647]"},
	} {
		if c.pair.Rows() != c.rows || c.pair.Cols() != c.cols || c.pair.String() != c.text {
			t.Errorf("%v has %d rows and %d columns, want %s", c.pair, c.pair.Rows(), c.pair.Cols(), c.text)
		}
		b, err := json.Marshal(c.pair)
		if err != nil || string(b) != c.json {
			t.Errorf("%v is stored as %s, %v, want %s", c.pair, b, err, c.json)
		}
		var back nn.Pair
		if err := json.Unmarshal(b, &back); err != nil || back != c.pair {
			t.Errorf("%s comes back as %v, %v", b, back, err)
		}
	}
	if nn.PairOf(3, 3) != 3 {
		t.Error("PairOf(3, 3) is not 3")
	}
	for _, text := range []string{`"3"`, `[1]`, `[1,2,3]`, `-1`, `[1,-1]`, `2147483648`, `1.5`, `{}`, `[]`, `null`} {
		var p nn.Pair
		if err := json.Unmarshal([]byte(text), &p); err == nil && text != "null" {
			t.Errorf("%s is read as %v, want an error", text, p)
		}
	}
}

func TestPaddingText(t *testing.T) {
	for _, p := range []nn.Padding{nn.Valid, nn.Same, nn.Causal} {
		b, err := p.MarshalText()
		var back nn.Padding
		if err != nil || back.UnmarshalText(b) != nil || back != p {
			t.Errorf("%v is stored as %s, %v, and comes back as %v", p, b, err, back)
		}
	}
	var p nn.Padding
	if err := p.UnmarshalText([]byte("full")); err == nil {
		t.Error("padding full is read without an error")
	}
	if _, err := nn.Padding(9).MarshalText(); err == nil {
		t.Error("an unknown padding is stored")
	}
}
