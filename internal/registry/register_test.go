package registry_test

import (
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/registry"
)

// The types below cannot be stored, each for one reason.
type (
	Function   struct{ Cache func() }
	Pointer    struct{ Inner *Penalty }
	Channel    struct{ C []chan int }
	Complex    struct{ Z [2]complex64 }
	Hidden     struct{ units int }
	HiddenDeep struct{ Inner Hidden }
	AnyField   struct{ V any }
	Foreign    struct{ Schedule Schedule }
	IntKeys    struct{ M map[int]string }
	DeepMap    struct{ M map[string]func() }
	Twice      struct {
		A int
		B int `json:"A"`
	}
	TypeField struct {
		Kind int `json:"type"`
	}
	Quoted struct {
		N int `json:",string"`
	}
	OneWay     struct{ W WriteOnly }
	WriteOnly  struct{}
	ReadOnly   struct{}
	Number     float64
	FuncLayer  func() string
	TextObject struct{}
)

func (Function) Build() string                  { return "" }
func (Pointer) Build() string                   { return "" }
func (Channel) Build() string                   { return "" }
func (Complex) Build() string                   { return "" }
func (Hidden) Build() string                    { return "" }
func (HiddenDeep) Build() string                { return "" }
func (AnyField) Build() string                  { return "" }
func (Foreign) Build() string                   { return "" }
func (IntKeys) Build() string                   { return "" }
func (DeepMap) Build() string                   { return "" }
func (Twice) Build() string                     { return "" }
func (TypeField) Build() string                 { return "" }
func (Quoted) Build() string                    { return "" }
func (OneWay) Build() string                    { return "" }
func (ReadOnly) Build() string                  { return "" }
func (Number) Build() string                    { return "" }
func (FuncLayer) Build() string                 { return "" }
func (TextObject) Build() string                { return "" }
func (WriteOnly) MarshalJSON() ([]byte, error)  { return []byte("1"), nil }
func (*ReadOnly) UnmarshalJSON([]byte) error    { return nil }
func (TextObject) MarshalText() ([]byte, error) { return []byte("text"), nil }
func (*TextObject) UnmarshalText([]byte) error  { return nil }

func TestRegisterRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		value Layer
		want  string
	}{
		{"", Dense{}, "a layer needs a name and a value"},
		{"X", nil, "a layer needs a name and a value"},
		{"Dense", Chain{}, `two layers are named "Dense": registry_test.Dense and registry_test.Chain`},
		{"X", Dense{}, `layer registry_test.Dense has two names: "Dense" and "X"`},
		{"X", &Dense{}, "*registry_test.Dense is not a struct"},
		{"X", Number(1), "registry_test.Number is not a struct"},
		{"X", FuncLayer(nil), "registry_test.FuncLayer is not a struct"},
		{"X", Function{}, "Cache: a func cannot be stored"},
		{"X", Pointer{}, "Inner: a ptr cannot be stored"},
		{"X", Channel{}, "C[]: a chan cannot be stored"},
		{"X", Complex{}, "Z[]: a complex64 cannot be stored"},
		{"X", Hidden{}, "units: the field is not exported"},
		{"X", HiddenDeep{}, "Inner.units: the field is not exported"},
		{"X", AnyField{}, "V: no table serves interface interface {}"},
		{"X", Foreign{}, "Schedule: no table serves interface registry_test.Schedule"},
		{"X", IntKeys{}, "M: a map's keys must be strings, not int"},
		{"X", DeepMap{}, "M[]: a func cannot be stored"},
		{"X", Twice{}, `B: two fields are named "A"`},
		{"X", TypeField{}, `Kind: the name "type" is taken`},
		{"X", Quoted{}, "N: the json option string is not supported"},
		{"X", OneWay{}, "W: registry_test.WriteOnly has only one of MarshalJSON and UnmarshalJSON"},
		{"X", ReadOnly{}, "has only one of MarshalJSON and UnmarshalJSON"},
	} {
		t.Run(strings.ReplaceAll(c.want, " ", "_"), func(t *testing.T) {
			layers := newLayers()
			got := mustPanic(t, func() { layers.Register(c.name, c.value) })
			if !strings.HasPrefix(got, "registry: ") || !strings.Contains(got, c.want) {
				t.Errorf("panic %q, want %q", got, c.want)
			}
			if names := layers.Names(); len(names) != 6 {
				t.Errorf("the table has changed: %q", names)
			}
		})
	}
}

func TestOwnFormMustBeObject(t *testing.T) {
	layers := registry.New[Layer]("layer")
	layers.Register("Text", TextObject{})
	_, err := layers.Marshal(TextObject{})
	if want := `storing the layer: Text: its own form "text" is not an object`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
