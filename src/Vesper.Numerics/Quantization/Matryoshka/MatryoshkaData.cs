using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.Matryoshka;

/// <summary>What an analysis measures on.</summary>
/// <param name="Metric">How distances are measured.</param>
/// <param name="Rows">Of <see cref="FloatScorers.ColumnsFor"/>(metric, dimensions) columns; at least one.</param>
/// <param name="Queries">As many columns as dimensions, or more; at least one.</param>
/// <param name="Dimensions">Elements of a row.</param>
public sealed record MatryoshkaData(Metric Metric, RowMatrix<float> Rows, RowMatrix<float> Queries, int Dimensions);
