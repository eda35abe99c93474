package curves_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/curves"
)

var nan = math.NaN()

// same compares two histories; NaN equals NaN, a nil slice an empty one.
func same(a, b *curves.History) bool {
	print := func(h *curves.History) string {
		text, err := json.Marshal(h)
		if err != nil {
			return err.Error()
		}
		return string(text)
	}
	return print(a) == print(b)
}

func twoSeries(epochs int) *curves.History {
	return curves.New(epochs,
		curves.Series{Name: "loss", Direction: curves.Minimize},
		curves.Series{Name: "accuracy", Direction: curves.Maximize})
}

func TestAppend(t *testing.T) {
	h := twoSeries(2)
	if err := h.Append(0.5, 0.7); err != nil {
		t.Fatal(err)
	}
	h.Record("rate", curves.Unknown, 0.01)
	if err := h.Append(0.4); err != nil {
		t.Fatal(err)
	}
	want := &curves.History{Series: []curves.Series{
		{Name: "loss", Direction: curves.Minimize, Values: []float64{0.5, 0.4}},
		{Name: "accuracy", Direction: curves.Maximize, Values: []float64{0.7, nan}},
		{Name: "rate", Values: []float64{0.01, nan}},
	}}
	if !same(h, want) {
		t.Errorf("got %+v, want %+v", h, want)
	}
	before := h.Clone()
	if err := h.Append(1, 2, 3, 4); err == nil || !same(h, before) {
		t.Errorf("four values for three series: %v, history %+v", err, h)
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	h := twoSeries(1000)
	if n := testing.AllocsPerRun(900, func() {
		if err := h.Append(0.5, 0.7); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations per epoch, want none", n)
	}
}

func TestRecord(t *testing.T) {
	var h curves.History
	h.Record("loss", curves.Minimize, 1) // before the first epoch: the series alone
	if h.Epochs() != 0 || len(h.Series) != 1 {
		t.Errorf("before the first epoch: %+v", h)
	}
	for range 3 {
		if err := h.Append(1); err != nil {
			t.Fatal(err)
		}
	}
	h.Record("gain", curves.Maximize, 7)
	h.Record("gain", curves.Unknown, 8) // replaces the value, keeps the direction
	values, ok := h.Get("gain")
	if want := []float64{nan, nan, 8}; !ok || !equal(values, want) || h.Direction("gain") != curves.Maximize {
		t.Errorf("gain %v %v, want %v, maximize", values, h.Direction("gain"), want)
	}
}

func equal(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			return false
		}
	}
	return true
}

func TestRecordLayers(t *testing.T) {
	h := twoSeries(2)
	stats := []curves.LayerStats{
		{Layer: "a", GradNorm: 1, ActMean: nan, ActStd: nan, DeadFraction: 0.5},
		{Layer: "b", GradNorm: 2, ActMean: 0, ActStd: 1, DeadFraction: nan},
	}
	if err := h.RecordLayers(stats...); err == nil {
		t.Error("layers before the first epoch: no error")
	}
	for range 2 {
		if err := h.Append(1, 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.RecordLayers(stats...); err != nil {
		t.Fatal(err)
	}
	want := []curves.LayerSeries{
		{Layer: "a", GradNorm: []float64{nan, 1}, DeadFraction: []float64{nan, 0.5}},
		{Layer: "b", GradNorm: []float64{nan, 2}, ActMean: []float64{nan, 0}, ActStd: []float64{nan, 1}},
	}
	if !same(&curves.History{Layers: h.Layers}, &curves.History{Layers: want}) {
		t.Errorf("got %+v, want %+v", h.Layers, want)
	}
}

func TestBest(t *testing.T) {
	h := &curves.History{Series: []curves.Series{
		{Name: "loss", Direction: curves.Minimize, Values: []float64{nan, 2, 1, 1, 3}},
		{Name: "skill", Direction: curves.Maximize, Values: []float64{nan, 2, 3, 3, 1}},
		{Name: "rate", Values: []float64{1, 2}},
		{Name: "lost", Direction: curves.Minimize, Values: []float64{nan, nan}},
		{Name: "blown", Direction: curves.Minimize, Values: []float64{math.Inf(1), 5}},
	}}
	for name, want := range map[string]struct {
		epoch int
		value float64
	}{
		"loss": {2, 1}, "skill": {2, 3}, "rate": {-1, nan}, "lost": {-1, nan}, "none": {-1, nan}, "blown": {1, 5},
	} {
		epoch, value := h.Best(name)
		if epoch != want.epoch || !equal([]float64{value}, []float64{want.value}) {
			t.Errorf("%s: epoch %d, value %v; want %+v", name, epoch, value, want)
		}
	}
	if got := h.Last("loss"); got != 3 {
		t.Errorf("last loss %v, want 3", got)
	}
	if got := h.Last("rate"); !math.IsNaN(got) {
		t.Errorf("last rate %v, which was not measured, want NaN", got)
	}
}

func TestSetDirection(t *testing.T) {
	h := twoSeries(0)
	if err := h.SetDirection("loss", curves.Maximize); err != nil || h.Direction("loss") != curves.Maximize {
		t.Errorf("%v, direction %v, want maximize", err, h.Direction("loss"))
	}
	err := h.SetDirection("los", curves.Maximize)
	if err == nil || !strings.Contains(err.Error(), `"los"`) || !strings.Contains(err.Error(), `"accuracy"`) {
		t.Errorf("got %v, want an error that names the series asked for and those there are", err)
	}
}

// TestNil reads a nil history, which is an empty one.
func TestNil(t *testing.T) {
	var h *curves.History
	epoch, value := h.Best("loss")
	_, ok := h.Get("loss")
	if h.Epochs() != 0 || h.Names() != nil || ok || h.Direction("loss") != curves.Unknown || epoch != -1 ||
		!math.IsNaN(value) || !math.IsNaN(h.Last("loss")) || h.Clone() != nil {
		t.Error("a nil history does not read as an empty one")
	}
	if got := csvOf(t, h); got != "epoch\n" {
		t.Errorf("CSV %q, want the header alone", got)
	}
	if d := curves.Diagnose(h); d.Verdict != curves.Undetermined || d.Note == "" {
		t.Errorf("diagnosis %+v, want undetermined and why", d)
	}
}

func TestTruncateAndClone(t *testing.T) {
	h := random(rand.New(rand.NewPCG(1, 2)))
	c := h.Clone()
	if !same(h, c) {
		t.Fatal("the clone differs")
	}
	c.Truncate(2)
	if c.Epochs() != 2 || same(h, c) {
		t.Errorf("%d epochs after Truncate(2)", c.Epochs())
	}
	c.Series[0].Values[0] = 99
	if v, _ := h.Get(c.Series[0].Name); v[0] == 99 {
		t.Error("the clone shares values")
	}
	c.Truncate(10)
	c.Truncate(-1)
	if c.Epochs() != 0 {
		t.Errorf("%d epochs after Truncate(-1), want none", c.Epochs())
	}
}

func TestBetter(t *testing.T) {
	for _, c := range []struct {
		d    curves.Direction
		a, b float64
		want bool
	}{
		{curves.Minimize, 1, 2, true}, {curves.Minimize, 2, 1, false}, {curves.Minimize, 1, 1, false},
		{curves.Maximize, 2, 1, true}, {curves.Maximize, 1, 2, false}, {curves.Maximize, 1, nan, true},
		{curves.Minimize, nan, 1, false}, {curves.Minimize, nan, nan, false}, {curves.Unknown, 1, 2, false},
		{curves.Unknown, 1, nan, false},
	} {
		if got := c.d.Better(c.a, c.b); got != c.want {
			t.Errorf("%v.Better(%v, %v) = %v", c.d, c.a, c.b, got)
		}
	}
}

// random makes a history with every kind of value, with series that a CSV file tells apart.
func random(r *rand.Rand) *curves.History {
	value := func() float64 {
		switch r.IntN(10) {
		case 0:
			return nan
		case 1:
			return math.Inf(1 - 2*r.IntN(2))
		case 2:
			return math.Copysign(0, -1)
		case 3:
			return math.Float64frombits(r.Uint64() &^ (1 << 62)) // any size, down to subnormals
		}
		return r.NormFloat64()
	}
	epochs := 3 + r.IntN(20)
	values := func() []float64 {
		v := make([]float64, epochs)
		for i := range v {
			v[i] = value()
		}
		return v
	}
	h := &curves.History{}
	for _, name := range []string{"accuracy", `an "odd", name`, "loss", "rate", "val_loss"} {
		h.Series = append(h.Series, curves.Series{Name: name, Direction: curves.KnownDirection(name), Values: values()})
	}
	for _, name := range []string{"second", "first/one"} {
		h.Layers = append(h.Layers, curves.LayerSeries{Layer: name, GradNorm: values(), DeadFraction: values()})
	}
	return h
}

// TestRoundTrip writes random histories and reads them back, to the bit.
func TestRoundTrip(t *testing.T) {
	for seed := range uint64(200) {
		h := random(rand.New(rand.NewPCG(seed, 0)))
		text, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		var fromJSON curves.History
		if err := json.Unmarshal(text, &fromJSON); err != nil {
			t.Fatal(err)
		}
		fromCSV, err := curves.Read(strings.NewReader(csvOf(t, h)))
		if err != nil {
			t.Fatal(err)
		}
		for form, got := range map[string]*curves.History{"JSON": &fromJSON, "CSV": fromCSV} {
			if !reflect.DeepEqual(bits(got), bits(h)) {
				t.Fatalf("seed %d, %s: got %+v, want %+v", seed, form, got, h)
			}
		}
	}
}

// bits lists all values of a history by name.
func bits(h *curves.History) map[string][]uint64 {
	m := make(map[string][]uint64)
	add := func(name string, values []float64) {
		for _, v := range values {
			if math.IsNaN(v) {
				v = nan
			}
			m[name] = append(m[name], math.Float64bits(v))
		}
	}
	for i, s := range h.Series {
		add(s.Name+" "+s.Direction.String()+" "+string(rune('0'+i)), s.Values)
	}
	for i, l := range h.Layers {
		add(l.Layer+" gradient "+string(rune('0'+i)), l.GradNorm)
		add(l.Layer+" dead "+string(rune('0'+i)), l.DeadFraction)
	}
	return m
}

func TestMarshalJSON(t *testing.T) {
	h := twoSeries(1)
	if err := h.Append(0.25, math.Inf(1)); err != nil {
		t.Fatal(err)
	}
	if err := h.RecordLayers(curves.LayerStats{Layer: "a", GradNorm: 1, ActMean: nan, ActStd: nan, DeadFraction: nan}); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(h)
	want := `{"format":"goodfit-history","version":1,"series":[{"name":"loss","direction":"minimize","values":[0.25]},` +
		`{"name":"accuracy","direction":"maximize","values":["inf"]}],"layers":[{"layer":"a","grad_norm":[1]}]}`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v\nwant %s", text, err, want)
	}
	if err := json.Unmarshal([]byte(`{"loss": 1}`), h); err == nil {
		t.Error("a faulty history was read")
	}
}
