namespace Vesper.Hosts.Tests.Cli.Verbs;

/// <summary>
/// Tests that run the tool inside the test process. Nothing else runs beside them: a process that another test starts
/// holds the lock of a database that is open here until it is a program of its own.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ToolInsideTheTestProcess
{
    public const string Name = "tool inside the test process";
}
