using Vesper.Indexing;
using Vesper.Indexing.Graph.Building;
using Vesper.Numerics.Scoring;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Indexing.Graph;

public sealed class ParallelInsertionTests
{
    [Fact]
    public void Inserts_each_row_once()
    {
        var index = new RecordingIndex();
        ParallelInsertion.Run(index, 0, 5_000, threads: 4, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 5_000), index.Rows.Order());
        ParallelInsertion.Run(index, 5_000, 5_000, threads: 4, TestContext.Current.CancellationToken);
        Assert.Equal(5_000, index.Count);
    }

    [Fact]
    public void Leaves_no_gap_when_cancelled()
    {
        using var source = new CancellationTokenSource();
        var index = new RecordingIndex { AfterRow = row => { if (row == 2_000) { source.Cancel(); } } };
        Assert.Throws<OperationCanceledException>(
            () => ParallelInsertion.Run(index, 0, 5_000, threads: 4, source.Token));
        Assert.InRange(index.Count, 2_001, 4_999);
        Assert.Equal(Enumerable.Range(0, index.Count), index.Rows.Order());
    }

    [Fact]
    public void Hands_on_what_an_insertion_throws()
    {
        var index = new RecordingIndex
        {
            AfterRow = row => { if (row == 10) { throw new NotFoundException("row", "10"); } },
        };
        Assert.Throws<NotFoundException>(
            () => ParallelInsertion.Run(index, 0, 50, threads: 3, TestContext.Current.CancellationToken));
    }

    /// <summary>Remembers what is inserted.</summary>
    private sealed class RecordingIndex : IMutableVectorIndex
    {
        private readonly List<int> _rows = [];

        public Action<int>? AfterRow { get; init; }

        public IReadOnlyList<int> Rows => _rows;

        public int Count => _rows.Count;

        public void Insert(Ordinal row)
        {
            lock (_rows)
            {
                _rows.Add(row.Value);
                AfterRow?.Invoke(row.Value);
            }
        }

        public void Search(IScorer scorer, in IndexSearch search, TopK into, CancellationToken cancellation)
        {
        }

        public void Dispose()
        {
        }
    }
}
