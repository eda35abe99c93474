// Package modelfile writes and reads .goodfit files and safetensors.
//
// A .goodfit file is a zip archive of parts. Parts named *.json hold
// descriptions, readable by people; parts named *.safetensors hold numbers,
// uncompressed. The part manifest.json tells what the file is: the format's
// version, the kind (model, ensemble, pipeline, checkpoint), the goodfit version
// that wrote it, and the size and SHA-256 of every other part. Parts of a model
// inside another carry a prefix: members/0/graph.json. Nothing in a file is
// executable, and the same content makes the same bytes.
//
// A safetensors file is a header length (8 bytes, little-endian), a JSON header
// that maps names to number types, shapes and byte ranges, and the numbers,
// little-endian, without gaps or overlaps. Files of Python's safetensors
// library can be read and those written here are read by it
// (https://huggingface.co/docs/safetensors).
//
// Readers take files from anywhere: every size, count and depth is checked
// against what is really there before memory is taken, so that a file cannot
// cost much more memory than its own size. Errors name the file and say in one
// sentence whether it is something else, truncated, altered, or too new.
package modelfile
