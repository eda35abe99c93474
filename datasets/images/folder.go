package images

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Folder is the images in the folders of a folder, one for each class, as a
// [datasets.Source] of images and class indices. Files are read when their batch
// comes, while the model trains on the one before, so that a folder may be larger
// than memory; [Folder.Load] reads all. It does not change.
type Folder struct {
	reader  Reader
	paths   []string
	classes []int // of each path
	names   []string
}

// extensions are the endings, in lower case, of the files that Folder takes.
var extensions = []string{".png", ".jpg", ".jpeg"}

// Folder finds the PNG and JPEG files of dir: those in its folder NAME, and in the
// folders therein, are of the class NAME. Classes and files are in the order of
// their names; names that begin with a point are left out, and so are other files.
//
// It fails if a folder cannot be read or has no images, if there are fewer than two
// classes, or if the first image cannot be read.
func (r Reader) Folder(dir string) (*Folder, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("images: %w", err)
	}
	f := &Folder{reader: r}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if err := f.addClass(filepath.Join(dir, e.Name()), e.Name()); err != nil {
			return nil, err
		}
	}
	if len(f.names) < 2 {
		return nil, fmt.Errorf("images: %s has %d folders of images, want one for each of at least two classes", dir, len(f.names))
	}
	first, err := r.File(f.paths[0])
	if err == nil && r.Height == 0 {
		f.reader.Height, f.reader.Width = first.Shape()[0], first.Shape()[1]
		f.reader.exact = true
	}
	return f, err
}

func (f *Folder) addClass(dir, name string) error {
	before := len(f.paths)
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return filepath.SkipDir
			}
		case !e.IsDir() && slices.Contains(extensions, strings.ToLower(filepath.Ext(path))):
			f.paths = append(f.paths, path)
			f.classes = append(f.classes, len(f.names))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("images: %w", err)
	}
	if len(f.paths) == before {
		return fmt.Errorf("images: %s has no PNG or JPEG files", dir)
	}
	f.names = append(f.names, name)
	return nil
}

// Rows returns the number of images.
func (f *Folder) Rows() int { return len(f.paths) }

// Classes returns the names of the classes in the order of their indices.
func (f *Folder) Classes() []string { return slices.Clone(f.names) }

// Path returns the file of image i.
func (f *Folder) Path(i int) string { return f.paths[i] }

// Class returns the index of the class of image i.
func (f *Folder) Class(i int) int { return f.classes[i] }

// Shape returns the shape of an image.
func (f *Folder) Shape() tensor.Shape {
	return tensor.Shape{f.reader.Height, f.reader.Width, f.reader.channels()}
}

// Take returns the named images, in the given order. It panics if an index is out
// of range.
func (f *Folder) Take(rows []int) *Folder {
	out := &Folder{reader: f.reader, names: f.names}
	for _, i := range rows {
		out.paths, out.classes = append(out.paths, f.paths[i]), append(out.classes, f.classes[i])
	}
	return out
}

// Split returns the images to train with and those to test with, as h divides them.
// It fails as [datasets.Holdout.Split] does.
func (f *Folder) Split(h datasets.Holdout) (train, test *Folder, err error) {
	y := mat.NewDense(max(f.Rows(), 1), 1, nil)
	for i, class := range f.classes {
		y.Set(i, 0, float64(class))
	}
	folds, err := h.Folds(&datasets.Dataset{X: y, Y: y, Classes: f.names})
	if err != nil {
		return nil, nil, err
	}
	return f.Take(folds[0].Train), f.Take(folds[0].Test), nil
}

// Layout says that there is one input, the image, and one target, its class.
func (f *Folder) Layout() datasets.Layout {
	return datasets.Layout{Rows: f.Rows(), Inputs: []datasets.Field{{Shape: f.Shape()}}, Targets: []datasets.Field{{Shape: tensor.Shape{1}}}}
}

// Load reads all images. It fails as Batches does.
func (f *Folder) Load(ctx context.Context) (*datasets.Tensors, error) {
	var out *datasets.Tensors
	for b, err := range f.Batches(ctx, datasets.BatchPlan{Size: -1, InOrder: true}) {
		if err != nil {
			return nil, err
		}
		out = &datasets.Tensors{Inputs: []datasets.Array{{Tensor: b.Inputs[0].Clone()}}, Targets: []datasets.Array{{Tensor: b.Targets[0].Clone()}}}
	}
	if out == nil {
		return nil, fmt.Errorf("images: no images")
	}
	return out, nil
}

// Batches yields the images in batches, in the order in which the same images in
// memory would come. It fails, naming the file, on one that cannot be read, or that
// has another size than the first where the Reader gives none.
func (f *Folder) Batches(ctx context.Context, plan datasets.BatchPlan) iter.Seq2[datasets.Batch, error] {
	return ahead(ctx, func(ctx context.Context, emit func(datasets.Batch) bool) error {
		var order []int
		if !plan.InOrder {
			order = random.New(random.Derive(plan.Seed, uint64(plan.Epoch))).Perm(f.Rows())
		}
		size, rooms := plan.SizeFor(f.Rows()), [ring]datasets.Batch{}
		for k := plan.Skip; k*size < f.Rows() && ctx.Err() == nil; k++ {
			rows := make([]int, 0, size)
			for i := k * size; i < min((k+1)*size, f.Rows()); i++ {
				if order != nil {
					rows = append(rows, order[i])
				} else {
					rows = append(rows, i)
				}
			}
			b := &rooms[k%ring]
			if err := f.read(ctx, b, rows); err != nil {
				return err
			}
			if !emit(*b) {
				return nil
			}
		}
		return nil
	})
}

// read fills a batch with images.
func (f *Folder) read(ctx context.Context, b *datasets.Batch, rows []int) error {
	if b.Inputs == nil {
		b.Inputs, b.Targets = make([]*tensor.Tensor, 1), make([]*tensor.Tensor, 1)
	}
	x, y := room(b.Inputs[0], len(rows), f.Shape()), room(b.Targets[0], len(rows), tensor.Shape{1})
	b.Inputs[0], b.Targets[0] = x, y
	errs := make([]error, len(rows))
	forEach(pool.For(ctx), len(rows), func(i int) {
		if ctx.Err() != nil {
			return
		}
		t, err := f.reader.File(f.paths[rows[i]])
		if errs[i] = err; err == nil {
			copy(x.Row(i), t.Data())
			y.Data()[i] = float32(f.classes[rows[i]])
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
