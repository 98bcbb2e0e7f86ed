namespace Vesper;

/// <summary>Why an operation failed: one table for every host. The numbers are part of the contract.</summary>
public enum VesperErrorCode
{
    /// <summary>Stored bytes are damaged.</summary>
    CorruptData = 1,

    /// <summary>A file of a format version this build cannot read.</summary>
    FormatVersion = 2,

    /// <summary>The operating system refused or failed an operation.</summary>
    Storage = 3,

    /// <summary>No such database, collection, field or file.</summary>
    NotFound = 4,

    /// <summary>The request does not fit the collection's schema.</summary>
    Schema = 5,

    /// <summary>A stated limit is exceeded.</summary>
    LimitExceeded = 6,

    /// <summary>The database directory is held by another owner.</summary>
    Locked = 7,

    /// <summary>A name is taken.</summary>
    AlreadyExists = 8,

    /// <summary>The disk has less free space than the configured headroom.</summary>
    DiskFull = 9,

    /// <summary>The database was opened read-only.</summary>
    ReadOnly = 10,
}

/// <summary>Base of every error that the world, not the programmer, causes.</summary>
public abstract class VesperException : Exception
{
    private protected VesperException(VesperErrorCode code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The reason, shared by all hosts.</summary>
    public VesperErrorCode Code { get; }
}

/// <summary>Stored bytes are damaged: names the file, the offset, what was expected and what was found.</summary>
public sealed class CorruptDataException : VesperException
{
    /// <summary>Describes the damage.</summary>
    public CorruptDataException(string file, long offset, string expected, string found)
        : base(VesperErrorCode.CorruptData, $"{file}, offset {offset}: expected {expected}, found {found}.")
    {
        File = file;
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>Byte offset in the file.</summary>
    public long Offset { get; }

    /// <summary>What a sound file has there.</summary>
    public string Expected { get; }

    /// <summary>What stands there.</summary>
    public string Found { get; }
}

/// <summary>A file of a format version, or with a feature of its format, that this build does not read.</summary>
public sealed class FormatVersionException : VesperException
{
    /// <summary>Names the version found and those that are read.</summary>
    public FormatVersionException(string file, int found, int oldest, int newest)
        : base(
            VesperErrorCode.FormatVersion,
            $"{file}: format version {found} is too {(found > newest ? "new" : "old")}; this build reads {oldest} to "
            + $"{newest}.")
    {
        File = file;
        Found = found;
        TooNew = found > newest;
    }

    /// <summary>A sound file uses what its version allows and this build lacks.</summary>
    internal FormatVersionException(string file, string feature)
        : base(VesperErrorCode.FormatVersion, $"{file}: this build does not read {feature}.") => File = file;

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>The file's version; 0 when it is a feature that is not read.</summary>
    public int Found { get; }

    /// <summary>True when a newer Vesper wrote it.</summary>
    public bool TooNew { get; }
}

/// <summary>
/// The operating system failed an operation. After a failed sync the collection refuses writes until it is reopened.
/// </summary>
public sealed class StorageException : VesperException
{
    /// <summary>Describes the failure.</summary>
    public StorageException(string message, Exception? inner = null, VesperErrorCode code = VesperErrorCode.Storage)
        : base(code, message, inner)
    {
    }

    /// <summary>Nobody knows what the disk has: nothing that leads here again may be tried.</summary>
    internal bool IsFinal { get; init; }
}

/// <summary>The database directory is held by another process, or by another open database in this one.</summary>
public sealed class DatabaseLockedException(string path, string holder) : VesperException(
    VesperErrorCode.Locked, $"{path} is in use: {holder}.")
{
    /// <summary>The database directory.</summary>
    public string Path { get; } = path;
}

/// <summary>Something that was named does not exist.</summary>
public sealed class NotFoundException(string kind, string name) : VesperException(
    VesperErrorCode.NotFound, $"There is no {kind} '{name}'.")
{
    /// <summary>What was looked for: "collection", "vector field", "database".</summary>
    public string Kind { get; } = kind;

    /// <summary>The name that was given.</summary>
    public string Name { get; } = name;
}

/// <summary>The name is taken.</summary>
public sealed class AlreadyExistsException(string kind, string name) : VesperException(
    VesperErrorCode.AlreadyExists, $"A {kind} '{name}' exists already.")
{
    /// <summary>The name that was given.</summary>
    public string Name { get; } = name;
}

/// <summary>A request does not fit the collection: names the field and what it must be.</summary>
public sealed class SchemaException(string field, string problem) : VesperException(
    VesperErrorCode.Schema, $"{field}: {problem}")
{
    /// <summary>The field or parameter at fault.</summary>
    public string Field { get; } = field;
}

/// <summary>A limit is exceeded: names it, its value and what was given.</summary>
public sealed class LimitExceededException(string limit, long value, long maximum, string unit) : VesperException(
    VesperErrorCode.LimitExceeded, $"{limit}: {value} {unit}; the limit is {maximum}.")
{
    /// <summary>What is limited.</summary>
    public string Limit { get; } = limit;

    /// <summary>What was given.</summary>
    public long Value { get; } = value;

    /// <summary>The most that is allowed.</summary>
    public long Maximum { get; } = maximum;

    internal static void ThrowIfAbove(string limit, long value, long maximum, string unit)
    {
        if (value > maximum)
        {
            throw new LimitExceededException(limit, value, maximum, unit);
        }
    }
}

/// <summary>A write was asked of a database that was opened read-only.</summary>
public sealed class ReadOnlyException() : VesperException(
    VesperErrorCode.ReadOnly, "The database is open read-only.");
