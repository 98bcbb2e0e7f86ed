namespace Vesper.Payloads;

/// <summary>Ordinals in the order of their ids, of a mutable or of a sealed column.</summary>
internal readonly struct IdOrder
{
    private readonly int[]? _rows;
    private readonly IdTable? _table;

    public IdOrder(int[] rows) => _rows = rows;

    public IdOrder(IdTable table) => _table = table;

    public int Count => Span.Length;

    public Ordinal this[int rank] => new(Span[rank]);

    private ReadOnlySpan<int> Span => _table is null ? _rows : _table.Order;
}
