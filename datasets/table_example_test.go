package datasets_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/goodfit-ml/goodfit/datasets"
)

const houses = `rooms,area,city,garden,price
3,80.5,Rome,yes,210
2,55,Oslo,no,190.5
4,,Rome,yes,300
1,31,?,no,99
`

func ExampleReadCSV() {
	table, err := datasets.ReadCSV(strings.NewReader(houses), datasets.CSVOptions{Name: "houses.csv"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(table.Schema(nil).Summary())
	// Output:
	// 4 rows, 5 columns, 2 missing cells
	// column  kind      missing  values
	// rooms   number    0        1 to 4, mean 2.5, std 1.118
	// area    number    1 (25%)  31 to 80.5, mean 55.5, std 20.21
	// city    category  1 (25%)  2 levels: Rome 2, Oslo 1
	// garden  boolean   0        2 levels: no 2, yes 2
	// price   number    0        99 to 300, mean 199.9, std 71.4
}

func ExampleReadCSV_errors() {
	_, err := datasets.ReadCSV(strings.NewReader("a,b\n1,2\n3\n"), datasets.CSVOptions{Name: "data.csv"})
	fmt.Println(err)
	// Output:
	// data.csv: line 3: 1 field, but the header has 2
}

// An encoder learns from the training rows how a table becomes numbers, and then
// takes any table with these columns.
func ExampleEncode_Fit() {
	table, err := datasets.ReadCSV(strings.NewReader(houses), datasets.CSVOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	encoder, err := datasets.Encode{}.Fit(table, "price", []int{0, 1, 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	train, err := encoder.Apply(table)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(encoder.Task(), train.Names)
	for i := range train.Rows() {
		fmt.Println(train.X.RawRowView(i), train.Y.RawRowView(i))
	}
	later, err := datasets.ReadCSV(strings.NewReader("garden,city,area,rooms\nno,Lima,70,5\n"), datasets.CSVOptions{Name: "later.csv"})
	if err != nil {
		fmt.Println(err)
		return
	}
	unseen, err := encoder.Unseen(later)
	fmt.Println(unseen, err)
	rows, err := encoder.ApplyFeatures(later)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rows.X.RawRowView(0))
	// Output:
	// regression [rooms area city=Oslo city=Rome garden]
	// [3 80.5 0 1 1] [210]
	// [2 55 1 0 0] [190.5]
	// [4 67.75 0 1 1] [300]
	// [1 31 0 0 0] [99]
	// [{city Lima 1 2}] <nil>
	// [5 70 0 0 0]
}

func ExampleSchema_Conform() {
	learned, err := datasets.ReadCSV(strings.NewReader(houses), datasets.CSVOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	later, err := datasets.ReadCSV(strings.NewReader("rooms,area,city,garden,price\n3,large,Rome,no,1\n"), datasets.CSVOptions{Name: "later.csv"})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = learned.Schema(nil).Conform(later)
	fmt.Println(err)
	// Output:
	// later.csv: line 2: column "area": "large" is not a number
}

func ExampleTable_With() {
	table, err := datasets.ReadCSV(strings.NewReader(houses), datasets.CSVOptions{MaxRows: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	answered, err := table.With(datasets.NumberColumn("prediction", []float64{205.25, 0.1}))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := answered.WriteCSV(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// rooms,area,city,garden,price,prediction
	// 3,80.5,Rome,yes,210,205.25
	// 2,55,Oslo,no,190.5,0.1
}

func ExampleImpute_Fit() {
	train, err := datasets.FromSlices([][]float64{{1, 10}, {nan, 30}, {4, 20}}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	imputer, err := datasets.Impute{Fill: datasets.FillMean, Indicator: true}.Fit(train)
	if err != nil {
		fmt.Println(err)
		return
	}
	filled := imputer.Apply(train)
	fmt.Println(filled.Names)
	fmt.Println(filled.X.RawRowView(1))
	// Output:
	// [x1 x2 x1=(missing)]
	// [2.5 30 1]
}

func ExampleOneHot() {
	y, err := datasets.OneHot([]float64{0, 2, 1}, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 3 {
		fmt.Println(y.RawRowView(i))
	}
	fmt.Println(datasets.ClassIndices(y))
	// Output:
	// [1 0 0]
	// [0 0 1]
	// [0 1 0]
	// [0 2 1]
}
