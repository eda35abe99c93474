package datasets_test

import (
	"encoding/json"
	"os"
	"sync"
	"testing"
)

// sklearnFixture is testdata/table_sklearn.json, made by table_sklearn.py.
type sklearnFixture struct {
	Imputers struct {
		Train, Test [][]*float64
		Cases       []struct {
			Strategy   string
			Indicator  bool
			Statistics []float64
			Test       [][]*float64
		}
	}
	Encoders struct {
		OneHot []struct {
			DropFirst   bool
			Most        int
			Missing     bool
			Train, Test []*string
			Encoded     [][]float64
			Names       []string
		}
		Ordinal struct {
			Train, Test      []string
			Encoded, Ordered [][]float64
			Order            []string
		}
	}
	CSV []struct {
		Text string
		Rows [][]string
	}
	Numbers []struct{ Text, Bits, Repr string }
}

var readFixture = sync.OnceValues(func() (f sklearnFixture, err error) {
	data, err := os.ReadFile("testdata/table_sklearn.json")
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal(data, &f)
})

func fixture(t *testing.T) sklearnFixture {
	t.Helper()
	f, err := readFixture()
	if err != nil {
		t.Fatal(err)
	}
	return f
}
