namespace Vesper.Engine.Records;

/// <summary>Kinds of data records in the log; the numbers stand in docs/formats/wal.md and are never reused.</summary>
internal enum RecordType : byte
{
    /// <summary>Points with all their vectors and their payload.</summary>
    Upsert = 1,

    /// <summary>Ids that are gone.</summary>
    Delete = 2,

    /// <summary>Ids with their whole new payload.</summary>
    Payload = 3,
}
