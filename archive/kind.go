package archive

// A kind is what the entries of an archive, or the rows of a table, are.
type kind struct {
	name        string // for sentences
	maxLen      int64  // of one, in bytes
	tileType    tileType
	compression compression // of each
	header      string      // what the header says by this, with clustered and internal compression
}

var (
	tileKind  = &kind{"tile", int64(maxTileLen), pngType, noCompression, "uncompressed tiles, PNG (1 2 1 2)"}
	blockKind = &kind{"block", maxBlockLen, unknownType, gzipCompression, "gzipped blocks, unknown type (1 2 2 0)"}
)
