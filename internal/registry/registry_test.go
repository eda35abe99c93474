package registry_test

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/registry"
	"github.com/goodfit-ml/goodfit/opt"
	"pgregory.net/rapid"
)

func TestMarshal(t *testing.T) {
	layers := newLayers()
	for _, c := range []struct {
		name  string
		value Layer
		want  string
	}{
		{"zero value", Dense{}, `{"type":"Dense"}`},
		{"every kind of field", Dense{
			Units: -3, Rate: 0.1, Beta: 0.9, NoBias: true, Penalty: Penalty{L2: 1e-4}, Sizes: []int{1, 0},
			Kernel: [2]int8{3, 0}, Title: `a "b" <c> & é`, Padding: "same", Small: 0.1, Seed: math.MaxUint64,
			Options: map[string]float64{"b": 2, "a": 0},
		}, `{"type":"Dense","Units":-3,"Rate":0.1,"Beta":0.9,"NoBias":true,"Penalty":{"L2":0.0001},"Sizes":[1,0],` +
			`"Kernel":[3,0],"title":"a \"b\" <c> & é","Padding":"same","Small":0.1,"Seed":18446744073709551615,` +
			`"Options":{"a":0,"b":2}}`},
		{"real zero", Dense{Beta: opt.Zero}, `{"type":"Dense","Beta":0}`},
		{"empty list and map", Dense{Sizes: []int{}, Options: map[string]float64{}}, `{"type":"Dense","Sizes":[],"Options":{}}`},
		{"embedded layer", Named{"h", Dense{Units: 2}}, `{"type":"Named","Name":"h","Layer":{"type":"Dense","Units":2}}`},
		{"list of layers", Chain{[]Layer{Dense{}, nil, Chain{}}}, `{"type":"Chain","Layers":[{"type":"Dense"},null,{"type":"Chain"}]}`},
		{"recursive type", Tree{[]Tree{{}, {[]Tree{{}}}}}, `{"type":"Tree","Branches":[{},{"Branches":[{}]}]}`},
		{"own JSON", Upper{"abc"}, `{"type":"Upper","TEXT":"ABC"}`},
		{"own text", Said{Word{"hi"}}, `{"type":"Said","Word":"<hi>"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := layers.Marshal(c.value)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("wrote %s\nwant  %s", got, c.want)
			}
			back, err := layers.Unmarshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back, c.value) {
				t.Errorf("read back %#v\nwant %#v", back, c.value)
			}
		})
	}
}

func TestIsZeroLeavesOut(t *testing.T) {
	got, err := newLayers().Marshal(Dense{Padding: "valid"})
	if want := `{"type":"Dense"}`; err != nil || string(got) != want {
		t.Errorf("wrote %s, %v, want %s", got, err, want)
	}
}

func TestNestedTable(t *testing.T) {
	want := Adam{Rate: 0.1, Schedule: Drop{Every: 10}}
	data, err := newOptimizers().Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if text := `{"type":"Adam","Rate":0.1,"Schedule":{"type":"Drop","Every":10}}`; string(data) != text {
		t.Errorf("wrote %s, want %s", data, text)
	}
	if got, err := newOptimizers().Unmarshal(data); err != nil || got != Optimizer(want) {
		t.Errorf("read %#v, %v, want %#v", got, err, want)
	}
}

func TestMarshalErrors(t *testing.T) {
	layers := newLayers()
	endless := Chain{make([]Layer, 1)}
	endless.Layers[0] = endless
	for _, c := range []struct {
		name  string
		value Layer
		want  string
	}{
		{"nil", nil, "storing the layer: the layer is nil"},
		{"NaN", Dense{Rate: math.NaN()}, "storing the layer: Dense: Rate: NaN cannot be stored; it must be a finite number"},
		{"infinity inside", Named{"h", Dense{Penalty: Penalty{L1: math.Inf(-1)}}},
			"storing the layer: Named: Layer: Dense: Penalty.L1: -Inf cannot be stored; it must be a finite number"},
		{"NaN in opt.Float", Dense{Beta: opt.Float(math.NaN())},
			"storing the layer: Dense: Beta: NaN cannot be stored; it must be a finite number"},
		{"NaN in a map", Dense{Options: map[string]float64{"p": math.NaN()}},
			"storing the layer: Dense: Options[p]: NaN cannot be stored; it must be a finite number"},
		{"invalid text", Dense{Title: "\xff"}, `storing the layer: Dense: Title: "\xff" cannot be stored; a text must be UTF-8`},
		{"invalid key", Dense{Options: map[string]float64{"\xff": 1}},
			`storing the layer: Dense: Options: "\xff" cannot be stored; a text must be UTF-8`},
		{"own method fails", Upper{"bad"}, "storing the layer: Upper: bad text"},
		{"endless", endless, "storing the layer: it is nested more than 64 levels deep"},
		{"too large", Dense{Title: strings.Repeat("x", 33<<20)},
			"storing the layer: its text has 34603035 bytes, more than the limit of 33554432"},
		{"pointer", &Dense{}, "storing the layer: the layer is a pointer, *registry_test.Dense; use the value, registry_test.Dense"},
		{"not registered", Chain{[]Layer{Dense{}, stranger{}}}, `storing the layer: Chain: Layers[1]: ` +
			`layer registry_test.stranger has no name for files; register it with nn.Register("stranger", registry_test.stranger{})`},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, err := layers.Marshal(c.value)
			if err == nil || err.Error() != c.want {
				t.Errorf("wrote %.80s, error %v\nwant %s", data, err, c.want)
			}
		})
	}
}

type stranger struct{}

func (stranger) Build() string { return "stranger" }

func TestUnmarshalErrors(t *testing.T) {
	layers := newLayers()
	deep := strings.Repeat(`{"type":"Chain","Layers":[`, 33) + strings.Repeat("]}", 33)
	for _, c := range []struct{ name, data, want string }{
		{"empty", ``, "invalid JSON at byte 0: unexpected end of JSON input"},
		{"cut off", `{"type":"Dense"`, "invalid JSON at byte 15: unexpected end of JSON input"},
		{"trailing data", `{"type":"Dense"} {}`, "invalid JSON at byte 18: invalid character '{' after top-level value"},
		{"null", `null`, "null where an object is wanted"},
		{"list", ` [1]`, "[1] where an object is wanted"},
		{"no type", `{"Units":1}`, "it has no type"},
		{"empty type", `{"type":""}`, "it has no type"},
		{"type is a number", `{"type":1}`, "its type must be a text, not 1"},
		{"unknown type", `{"type":"Densse"}`, `unknown layer "Densse"; if it is your own, register it with nn.Register before loading`},
		{"unknown type inside", `{"type":"Chain","Layers":[{"type":"X"}]}`,
			`Chain: Layers[0]: unknown layer "X"; if it is your own, register it with nn.Register before loading`},
		{"unknown field", `{"type":"Dense","units":1}`, `Dense: unknown field "units"`},
		{"unknown field inside", `{"type":"Dense","Penalty":{"L3":1}}`, `Dense: Penalty: unknown field "L3"`},
		{"untold field", `{"type":"Dense","Cache":null}`, `Dense: unknown field "Cache"`},
		{"doubled type", `{"type":"Dense","type":"Dense"}`, `member "type" is there twice`},
		{"doubled field", `{"type":"Dense","Units":1,"Units":1}`, `member "Units" is there twice`},
		{"doubled by escape", `{"type":"Dense","Options":{"a":1,"\u0061":2}}`, `member "a" is there twice`},
		{"doubled in own form", `{"type":"Upper","TEXT":[{"a":1,"a":2}]}`, `member "a" is there twice`},
		{"fraction", `{"type":"Dense","Units":2.5}`, "Dense: Units: 2.5 where a value of type int is wanted"},
		{"overflow", `{"type":"Dense","Kernel":[1,128]}`, "Dense: Kernel[1]: 128 where a value of type int8 is wanted"},
		{"huge number", `{"type":"Dense","Rate":1e999}`, "Dense: Rate: 1e999 where a value of type float64 is wanted"},
		{"negative", `{"type":"Dense","Seed":-1}`, "Dense: Seed: -1 where a value of type uint64 is wanted"},
		{"text", `{"type":"Dense","Rate":"0.1"}`, `Dense: Rate: "0.1" where a value of type float64 is wanted`},
		{"text for opt.Float", `{"type":"Dense","Beta":"x"}`, `Dense: Beta: "x" where a value of type opt.Float is wanted`},
		{"null number", `{"type":"Dense","Rate":null}`, "Dense: Rate: null where a value of type float64 is wanted"},
		{"object", `{"type":"Dense","NoBias":{}}`, "Dense: NoBias: {} where a value of type bool is wanted"},
		{"list for struct", `{"type":"Dense","Penalty":[]}`, "Dense: Penalty: [] where an object is wanted"},
		{"object for list", `{"type":"Dense","Sizes":{}}`, "Dense: Sizes: {} where a list is wanted"},
		{"null for array", `{"type":"Dense","Kernel":null}`, "Dense: Kernel: null where a list is wanted"},
		{"array too short", `{"type":"Dense","Kernel":[1]}`, "Dense: Kernel: 1 values where 2 are wanted"},
		{"array too long", `{"type":"Dense","Kernel":[1,2,3]}`, "Dense: Kernel: 3 values where 2 are wanted"},
		{"text for layer", `{"type":"Named","Layer":"Dense"}`, `Named: Layer: "Dense" where an object is wanted`},
		{"own method fails", `{"type":"Upper"}`, "Upper: no TEXT"},
		{"not UTF-8", "{\"type\":\"Dense\",\"title\":\"\xff\"}", "its text is not UTF-8"},
		{"too many", `{"type":"Tree","Branches":[` + strings.Repeat("{},", 1<<19) + `{}]}`, "it holds more than 524288 objects and lists"},
		{"too deep", deep, "it is nested more than 64 levels deep"},
		{"far too deep", strings.Repeat("[", 2<<20), "invalid JSON at byte 10001: invalid character '[' exceeded max depth"},
		{"too large", strings.Repeat(" ", 33<<20), "its text has 34603008 bytes, more than the limit of 33554432"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := layers.Unmarshal([]byte(c.data))
			if want := "reading the layer: " + c.want; err == nil || err.Error() != want {
				t.Errorf("got %#v, error %v\nwant %s", v, err, want)
			}
		})
	}
}

func TestUnmarshalIgnoresOrderAndSpace(t *testing.T) {
	data := " {\n\t\"Units\" : 3 ,\"Sizes\":[ 1 , 2 ], \"title\": \"],}\\\"\", \"Penalty\" : { } , \"type\" :\"Dense\"}\r\n"
	got, err := newLayers().Unmarshal([]byte(data))
	want := Dense{Units: 3, Sizes: []int{1, 2}, Title: `],}"`}
	if err != nil || !reflect.DeepEqual(got, Layer(want)) {
		t.Errorf("got %#v, %v, want %#v", got, err, want)
	}
}

// What is written at the greatest depth can be read.
func TestDepthLimitsAgree(t *testing.T) {
	layers := newLayers()
	var v Layer = Dense{}
	deepest := 0
	for n := range 100 {
		data, err := layers.Marshal(v)
		if err != nil {
			break
		}
		if _, err := layers.Unmarshal(data); err != nil {
			t.Fatalf("%d layers were written but not read: %v", n, err)
		}
		deepest = n
		v = Named{"n", v}
	}
	if deepest != 63 {
		t.Errorf("%d layers around one, want 63 within 64 levels", deepest)
	}
}

func TestName(t *testing.T) {
	layers := newLayers()
	if name, err := layers.Name(Dense{Units: 2}); err != nil || name != "Dense" {
		t.Errorf("got %q, %v", name, err)
	}
	if name, err := layers.Name(stranger{}); err == nil {
		t.Errorf("a type that is not registered has name %q", name)
	}
	if want := []string{"Chain", "Dense", "Named", "Said", "Tree", "Upper"}; !slices.Equal(layers.Names(), want) {
		t.Errorf("names %q, want %q", layers.Names(), want)
	}
}

func TestDefaultHint(t *testing.T) {
	_, err := newSchedules().Unmarshal([]byte(`{"type":"X"}`))
	if err == nil || !strings.Contains(err.Error(), "register it with registry_test.Register before") {
		t.Errorf("error %v, want the call of the interface's package", err)
	}
}

// Any description comes back as it was, and encoding/json, which knows nothing
// of tables, reads the same values from it.
func TestRoundTrip(t *testing.T) {
	layers := newLayers()
	finite := rapid.Float64().Filter(func(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) })
	rapid.Check(t, func(t *rapid.T) {
		want := Dense{
			Units:   rapid.Int().Draw(t, "units"),
			Rate:    finite.Draw(t, "rate"),
			Beta:    opt.Of(finite.Draw(t, "beta")),
			NoBias:  rapid.Bool().Draw(t, "bias"),
			Penalty: Penalty{L1: finite.Draw(t, "l1")},
			Sizes:   rapid.SliceOf(rapid.Int()).Draw(t, "sizes"),
			Kernel:  [2]int8{rapid.Int8().Draw(t, "kernel")},
			Title:   rapid.String().Draw(t, "title"),
			Small:   float32(rapid.Float32Range(-math.MaxFloat32, math.MaxFloat32).Draw(t, "small")),
			Seed:    rapid.Uint64().Draw(t, "seed"),
			Options: rapid.MapOf(rapid.String(), finite).Draw(t, "options"),
		}
		data, err := layers.Marshal(Chain{[]Layer{Named{want.Title, want}}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := layers.Unmarshal(data)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, Layer(Chain{[]Layer{Named{want.Title, want}}})) {
			t.Fatalf("got %#v from %s, want %#v", got, data, want)
		}
		var oracle struct {
			Layers []struct{ Layer Dense }
		}
		if err := json.Unmarshal(data, &oracle); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(oracle.Layers[0].Layer, want) {
			t.Fatalf("encoding/json reads %#v from %s, want %#v", oracle, data, want)
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	layers := newLayers()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				layers.Register("Dense", Dense{})
				data, err := layers.Marshal(Named{"n", Dense{Units: 1}})
				if err != nil {
					t.Error(err)
				}
				if _, err := layers.Unmarshal(data); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

func FuzzUnmarshal(f *testing.F) {
	layers := newLayers()
	for _, v := range []Layer{Dense{Units: 3, Rate: 1e-3, Beta: opt.Zero, Sizes: []int{1}}, Named{"n", Dense{Title: "x"}},
		Chain{[]Layer{Tree{[]Tree{{}}}, nil}}, Upper{"u"}, Said{Word{"w"}}} {
		data, err := layers.Marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"type":"Dense","Options":{"a":1,"\u0061":2}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := layers.Unmarshal(data)
		if err != nil {
			return
		}
		again, err := layers.Marshal(v)
		if err != nil {
			if strings.Contains(err.Error(), "cannot be stored") { // Upper takes any text
				return
			}
			if _, own := v.(Upper); own {
				return
			}
			t.Fatalf("%s was read as %#v, which cannot be written: %v", data, v, err)
		}
		if back, err := layers.Unmarshal(again); err != nil || !reflect.DeepEqual(back, v) {
			t.Fatalf("%s was read as %#v, written as %s, and read as %#v, %v", data, v, again, back, err)
		}
	})
}

// mustPanic returns the text of do's panic.
func mustPanic(t *testing.T, do func()) (text string) {
	t.Helper()
	defer func() {
		text, _ = recover().(string)
		if text == "" {
			t.Error("no panic")
		}
	}()
	do()
	return ""
}

func TestNewPanics(t *testing.T) {
	if got := mustPanic(t, func() { registry.New[Dense]("layer") }); !strings.Contains(got, "needs an interface type, registry_test.Dense is none") {
		t.Errorf("panic %q", got)
	}
	if got := mustPanic(t, func() { registry.New[Layer]("layer", newLayers()) }); !strings.Contains(got, "two tables serve registry_test.Layer") {
		t.Errorf("panic %q", got)
	}
}
