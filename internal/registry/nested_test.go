package registry_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/registry"
)

// config joins descriptions of several tables and is itself in none.
type config struct {
	Layers    []Layer
	Optimizer Optimizer
	Epochs    int
}

func tables() []registry.Nested {
	optimizers := newOptimizers()
	return []registry.Nested{newLayers(), registry.Of(optimizers.Marshal, optimizers.Unmarshal)}
}

func TestStruct(t *testing.T) {
	for text, want := range map[string]config{
		`{}`: {},
		`{"Layers":[{"type":"Dense","Units":1}],"Optimizer":{"type":"Adam","Schedule":{"type":"Drop"}},"Epochs":3}`: {
			[]Layer{Dense{Units: 1}}, Adam{Schedule: Drop{}}, 3},
	} {
		data, err := registry.Marshal(want, tables()...)
		if err != nil || string(data) != text {
			t.Errorf("wrote %s, %v, want %s", data, err, text)
		}
		got := config{Epochs: 9}
		if err := registry.Unmarshal([]byte(text), &got, tables()...); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("read %#v, %v, want %#v", got, err, want)
		}
	}
}

func TestStructErrors(t *testing.T) {
	for data, want := range map[string]string{
		`{"Epochs":1,"Epochs":1}`: `member "Epochs" is there twice`,
		`{"epochs":1}`:            `unknown field "epochs"`,
		`{"Epochs":1,"Optimizer":{"type":"Sgd"}}`: `Optimizer: reading the optimizer: unknown optimizer "Sgd"; ` +
			`if it is your own, register it with registry_test.Register before loading`,
		`[]`: `[] where an object is wanted`,
	} {
		got := config{Epochs: 9}
		err := registry.Unmarshal([]byte(data), &got, tables()...)
		if want := "reading registry_test.config: " + want; err == nil || err.Error() != want {
			t.Errorf("%s: error %v\nwant %s", data, err, want)
		}
		if got.Epochs != 9 {
			t.Errorf("%s: a failed read changed the value to %#v", data, got)
		}
	}
	for want, v := range map[string]any{
		"nil cannot be stored": nil,
		"int cannot be stored: int is neither a struct nor a map":                                                         3,
		"registry_test.Foreign cannot be stored: Schedule: no table serves interface registry_test.Schedule":              Foreign{},
		"storing registry_test.config: Optimizer: storing the optimizer: Adam: Schedule: the schedule is a pointer, *reg": config{Optimizer: Adam{Schedule: &Drop{}}},
	} {
		if data, err := registry.Marshal(v, tables()...); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%#v: wrote %s, error %v\nwant %s", v, data, err, want)
		}
	}
}

func TestMap(t *testing.T) {
	want := map[string]json.RawMessage{"b": json.RawMessage(`[1]`), "a": json.RawMessage(`"x"`)}
	data, err := registry.Marshal(want)
	if text := `{"a":"x","b":[1]}`; err != nil || string(data) != text {
		t.Errorf("wrote %s, %v, want %s", data, err, text)
	}
	var got map[string]json.RawMessage
	if err := registry.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %s, %v, want %s", got, err, want)
	}
}

func TestUnmarshalNeedsPointer(t *testing.T) {
	for _, v := range []any{nil, config{}, (*config)(nil)} {
		if err := registry.Unmarshal([]byte(`{}`), v); err == nil || !strings.Contains(err.Error(), "needs a pointer") {
			t.Errorf("%#v: error %v", v, err)
		}
	}
}

func Example() {
	schedules := registry.New[Schedule]("schedule")
	schedules.Register("Drop", Drop{})
	optimizers := registry.New[Optimizer]("optimizer", schedules)
	optimizers.Register("Adam", Adam{})

	data, err := optimizers.Marshal(Adam{Rate: 0.01, Schedule: Drop{Every: 10}})
	fmt.Println(string(data), err)
	adam, err := optimizers.Unmarshal(data)
	fmt.Printf("%+v %v\n", adam, err)
	_, err = optimizers.Unmarshal([]byte(`{"type":"Adam","Rate":"fast"}`))
	fmt.Println(err)
	// Output:
	// {"type":"Adam","Rate":0.01,"Schedule":{"type":"Drop","Every":10}} <nil>
	// {Rate:0.01 Schedule:{Every:10}} <nil>
	// reading the optimizer: Adam: Rate: "fast" where a value of type float64 is wanted
}
