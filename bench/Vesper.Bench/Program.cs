Console.Error.WriteLine("No experiments yet.");
return 2;
