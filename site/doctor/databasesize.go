package doctor

import "encoding/binary"

// databaseSize returns the number of bytes that an SQLite file says it has by its first bytes; 0 when it does not tell.
func databaseSize(head []byte) int64 {
	if len(head) < 100 {
		return 0
	}
	page := int64(binary.BigEndian.Uint16(head[16:]))
	if page == 1 {
		page = 65536
	}
	// The size in pages only counts when the change counters agree (https://sqlite.org/fileformat.html, section 1.3.7).
	if binary.BigEndian.Uint32(head[24:]) != binary.BigEndian.Uint32(head[92:]) {
		return 0
	}
	return page * int64(binary.BigEndian.Uint32(head[28:]))
}
