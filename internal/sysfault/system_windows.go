package sysfault

import "syscall"

// systemMeanings are those of the error numbers of Windows ("System Error Codes", learn.microsoft.com).
var systemMeanings = map[syscall.Errno]meaning{
	2:   gone,    // ERROR_FILE_NOT_FOUND
	3:   gone,    // ERROR_PATH_NOT_FOUND
	5:   denied,  // ERROR_ACCESS_DENIED
	8:   memory,  // ERROR_NOT_ENOUGH_MEMORY
	14:  memory,  // ERROR_OUTOFMEMORY
	21:  failing, // ERROR_NOT_READY
	23:  failing, // ERROR_CRC
	39:  full,    // ERROR_HANDLE_DISK_FULL
	55:  failing, // ERROR_DEV_NOT_EXIST
	112: full,    // ERROR_DISK_FULL

	19:   {"the disk can only be read", "use a folder on another disk"},                                           // ERROR_WRITE_PROTECT
	32:   {"another program uses it", "close that and try again"},                                                 // ERROR_SHARING_VIOLATION
	33:   {"another program uses it", "close that and try again"},                                                 // ERROR_LOCK_VIOLATION
	51:   {network, connect},                                                                                      // ERROR_REM_NOT_LIST
	53:   {network, connect},                                                                                      // ERROR_BAD_NETPATH
	59:   {network, connect},                                                                                      // ERROR_UNEXP_NET_ERR
	64:   {network, connect},                                                                                      // ERROR_NETNAME_DELETED
	1295: {"your share of the disk is used up", full.remedy},                                                      // ERROR_DISK_QUOTA_EXCEEDED
	1450: memory,                                                                                                  // ERROR_NO_SYSTEM_RESOURCES
	362:  {"it is in the cloud and was not brought to this computer", "let OneDrive bring it down and try again"}, // ERROR_CLOUD_FILE_PROVIDER_NOT_RUNNING
}
