using Vesper.Indexing.Ivf.Lists;

namespace Vesper.Indexing.Ivf;

/// <summary>Where an entry lies.</summary>
internal readonly record struct RowPlace(int List, int Position)
{
    /// <summary>Takes the entry's code out; returns its term.</summary>
    public float Read(InvertedLists lists, IBlockLayout layout, Span<byte> code)
    {
        var start = 0;
        foreach (var piece in lists.PiecesOf(List))
        {
            if (Position < start + piece.Ordinals.Length)
            {
                return piece.Read(Position - start, layout, code);
            }

            start += piece.Ordinals.Length;
        }

        throw new ArgumentOutOfRangeException(nameof(lists), Position, $"List {List} has {start} entries.");
    }
}

/// <summary>Where each row's entry lies. Made when it is first asked for; one thread at a time.</summary>
internal sealed class RowPlaces
{
    private readonly Dictionary<int, RowPlace> _places = [];

    /// <summary>Looks through all lists. O(entries).</summary>
    public static RowPlaces Of(InvertedLists lists)
    {
        var places = new RowPlaces();
        for (var list = 0; list < lists.Count; list++)
        {
            var start = 0;
            foreach (var piece in lists.PiecesOf(list))
            {
                for (var i = 0; i < piece.Ordinals.Length; i++)
                {
                    if (piece.Ordinals[i] != ListPiece.Removed)
                    {
                        places.Set(new Ordinal(piece.Ordinals[i]), new RowPlace(list, start + i));
                    }
                }

                start += piece.Ordinals.Length;
            }
        }

        return places;
    }

    public void Set(Ordinal row, RowPlace place) => _places[row.Value] = place;

    public bool TryGet(Ordinal row, out RowPlace place) => _places.TryGetValue(row.Value, out place);

    public bool TryTake(Ordinal row, out RowPlace place) => _places.Remove(row.Value, out place);
}
