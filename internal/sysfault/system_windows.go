package sysfault

import "syscall"

// systemMeanings are those of the error numbers of Windows ("System Error Codes", learn.microsoft.com).
var systemMeanings = map[syscall.Errno]meaning{
	2:    gone,    // ERROR_FILE_NOT_FOUND
	3:    gone,    // ERROR_PATH_NOT_FOUND
	5:    denied,  // ERROR_ACCESS_DENIED
	8:    memory,  // ERROR_NOT_ENOUGH_MEMORY
	14:   memory,  // ERROR_OUTOFMEMORY
	19:   locked,  // ERROR_WRITE_PROTECT
	21:   failing, // ERROR_NOT_READY
	23:   failing, // ERROR_CRC
	32:   used,    // ERROR_SHARING_VIOLATION
	33:   used,    // ERROR_LOCK_VIOLATION
	39:   full,    // ERROR_HANDLE_DISK_FULL
	51:   away,    // ERROR_REM_NOT_LIST
	53:   away,    // ERROR_BAD_NETPATH
	55:   failing, // ERROR_DEV_NOT_EXIST
	59:   away,    // ERROR_UNEXP_NET_ERR
	64:   away,    // ERROR_NETNAME_DELETED
	112:  full,    // ERROR_DISK_FULL
	362:  cloud,   // ERROR_CLOUD_FILE_PROVIDER_NOT_RUNNING
	1295: quota,   // ERROR_DISK_QUOTA_EXCEEDED
	1450: memory,  // ERROR_NO_SYSTEM_RESOURCES
}
