namespace Vesper.Payloads;

/// <summary>Sets of rows that every index keeps beside its values.</summary>
internal enum IndexedRows
{
    /// <summary>Rows with something at the path that is neither null nor an empty array.</summary>
    Filled = 0,

    /// <summary>Rows with a null at the path, or in an array there.</summary>
    Null = 1,

    /// <summary>Rows with a value, not null, that the index does not hold: these must be read to be judged.</summary>
    Other = 2,

    /// <summary>Rows with false at the path; only of a bool index.</summary>
    False = 3,

    /// <summary>Rows with true at the path; only of a bool index.</summary>
    True = 4,
}

/// <summary>An index over one payload path of one segment.</summary>
/// <remarks>
/// Thread-safe to read, also beside the one writer of the mutable index. Lookups add rows to a set and leave out those
/// at
/// or above its length. What an index holds it holds completely: every value of a row is either found by lookups, or
/// null,
/// or the row is in <see cref="IndexedRows.Other"/>. Held are: keyword: strings; integer: numbers that are 64-bit
/// integers;
/// float: numbers that a 64-bit float is equal to; bool: truth values; datetime: RFC 3339 strings.
/// </remarks>
internal interface IPayloadIndex
{
    PayloadIndexType Type { get; }

    /// <summary>Adds one of the row sets.</summary>
    void AddRows(IndexedRows rows, BitSet into);

    /// <summary>Keyword: adds the rows with this string.</summary>
    void AddText(ReadOnlySpan<byte> utf8, BitSet into);

    /// <summary>Keyword: adds the rows with a string that is not among these.</summary>
    void AddTextExcept(HashSet<byte[]> excluded, BitSet into);

    /// <summary>
    /// Integer, float, datetime: adds the rows with a key (<see cref="IndexKeys"/>) in one of the ranges.
    /// </summary>
    /// <param name="ranges">Ascending, not overlapping.</param>
    void AddKeys(ReadOnlySpan<KeyRange> ranges, BitSet into);
}
